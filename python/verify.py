"""Checks a bundle of evidence: written from docs/formats/evidence.md alone, with the standard library alone."""
import argparse, base64, collections, datetime, functools, hashlib, json, math, pathlib, re, sys

MEBI, MILLION, NAMES = 1 << 20, 10**6, ("evidence.json", "runlog.json", "figures.json", "report.json", "cases.json", "report.html")
class Unchecked(Exception): """What cannot be checked; any other exception is what fails."""
def need(holds, words, kind=ValueError):
    if not holds: raise kind(words)
def sha(*pieces): return hashlib.sha256(b"".join(pieces)).hexdigest()
def decimal(text): return int(text.replace(".", ""))
def unbase64(text):
    data = base64.b64decode(text.encode(), validate=True)
    return need(base64.b64encode(data).decode() == text, "Base64 in another spelling") or data

# Canonical bytes, and shapes: `$` is a text, `#` a digest, `%` a salt, `.` a decimal, `@` a moment, `+` a count, `!` a
# truth, `*` any object, `=` one of some texts, `{}` fields, `[]` a list; `?` follows the name of what may be absent.
KINDS = {"$": r"(?s:.*)", "#": r"[0-9a-f]{64}", "%": r"[0-9a-f]{32}", "@": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "*": dict,
         ".": r"(?!-0\.0{6})-?(1000000\.0{6}|(0|[1-9][0-9]{0,5})\.[0-9]{6})", "+": int, "!": bool}
def written(value): return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
def canonical(data, name, most, shape):
    need(data is not None and len(data) <= most * MEBI, f"{name} is absent or longer than {most} MiB")
    value = json.loads(data.decode(), parse_float=int, parse_constant=int)  # `int` refuses both.
    old = shape != "*" and isinstance(value, dict) and {value.get("predicateType"), value.get("schema")} & {"urn:overt:evidence:v1", "overt/cases/1"}
    need(not old, f"{name} has schema 1, this program reads schema 2; make it again with `overt audit --sign`")
    return need(written(value) == data, f"{name} is not written canonically") or fits(value, shape, name)
def shape(text):
    def quoted(of): return f'"{of[1]}":' + (f'["{of[2]}"]' if of[2] else f'"{of[3]}"' if of[3] else "")
    return json.loads("{%s}" % ",".join(re.sub(r"(\w+\??)(?:\[(.)\]|([^\s\[\]{}]+))?", quoted, text).split()))
def fits(value, shape, at):
    if isinstance(shape, dict):
        known, must = {name.rstrip("?"): inner for name, inner in shape.items()}, {name for name in shape if name[-1] != "?"}
        need(isinstance(value, dict) and must <= set(value) <= set(known), f"{at} has other fields than {sorted(known)}")
        for name in value: fits(value[name], known[name], f"{at}.{name}")
    elif isinstance(shape, list):
        need(isinstance(value, list), f"{at} is no list")
        for inner in value: fits(inner, shape[0], at)
    elif shape in "+!*":
        need(type(value) is KINDS[shape] and (shape != "+" or 0 <= value < 2**53), f"{at} is {value!r:.80}")
    else:
        holds = value in shape[1:].split("|") if shape[0] == "=" else re.fullmatch(KINDS[shape], value, re.A)
        need(holds and (shape != "@" or datetime.datetime.fromisoformat(value[:-1])), f"{at} is {value!r:.80}")
    return value
SHARE, PAIRS = shape("k+ n+"), shape("both+ onlySubject+ onlyReference+ neither+")
HITS = {"true": "", "goal": "", "proxy": "", "outcome": "outcomes[$]", "over-theta": "of$"}
HITS = {kind: (shape(f"is={kind} field$ {more}"), {"true": "truth", "over-theta": "count"}.get(kind, "outcome")) for kind, more in HITS.items()}
FIELDS = {"truth": "!", "count": "+", "digest": "#", "text": "$", "outcome": "$"}
STATEMENT = shape("""_type=https://in-toto.io/Statement/v1 predicateType=urn:overt:evidence:v2 subject[{name$ digest{sha256#}}] predicate{evaluator{id$ publicKey$} evaluatedAt@ expires@ suite{name$
    version$} sampleSize+ nonClaims[$] commitments* receipt* table{outcomes[{id$ title$}] kinds* metrics[{id$ title$ event$ role=success|goal|inside|power|repeat better=high|low
    claim?=min-rate|rest-of-rate|min-success counted?{kind$ population$ hit* control?* against?{kind$ hit*}}}]} harness{name$ version$ digest{sha256#} binaryDigest# profile$ target$}
    model{resources[{name$ digest#}] tensors#} declared{goal$ proxies[$] minRate. minSuccess.} preRegistration{alg=sha256 value# logIndex+} populations[{id$ generator$ params* unit$ n+
    seed# seedRule*}] claims[{metric$ comparator=>=|<= threshold. passed!}] perCase{merkleRoot# leafCount+ leafSchema=urn:overt:case:v2} subjectProfile=public-model metrics[{id$ population$
    estimator=clopper-pearson|paired level. counts* estimate. lower. upper. theta?. control?{k+ n+ lower. upper.} basis=substrate_observed|artifact_reported}] runLog{root# size+}
    parts[{name$ level=verdict|figures|full sha256# size+}] assuranceLevel=self_attested|third_party verdict{outcome=refuted|verified|inconclusive|invalid_run appearsAligned! successLower.
    leavesClaim[.] hasPower! sentence$}}""")
ENVELOPE = shape("payload$ payloadType=application/vnd.in-toto+json signatures[{keyid# sig$}]")
RUN_LOG = shape("schema=overt/run-log/1 entries[{event{began?{plan#} ended?{plan# statement#}} time@}]")
CASES = shape("schema=overt/cases/2 size+ leaves[{case* salt%}] withheld[{from+ to+ hash#}]")
# Signatures; points as (x, y), of P-256 none at infinity.
P, L, D = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493, -121665 * pow(121666, -1, 2**255 - 19)
Q, N = 2**256 - 2**224 + 2**192 + 2**96 - 1, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BASE = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296, 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
def plus(one, two):
    (a, b), (c, d), t = one, two, D * one[0] * one[1] * two[0] * two[1]
    return (a * d + b * c) * pow(1 + t, -1, P) % P, (b * d + a * c) * pow(1 - t, -1, P) % P
def join(one, two):
    if one is None or two is None or one[0] == two[0] and (one[1] + two[1]) % Q == 0: return None if one and two else one or two
    slope = (3 * one[0]**2 - 3) * pow(2 * one[1], -1, Q) if one == two else (two[1] - one[1]) * pow(two[0] - one[0], -1, Q)
    x = (slope**2 - one[0] - two[0]) % Q
    return x, (slope * (one[0] - x) - one[1]) % Q
def times(number, point, add, total):
    while number: total, point, number = add(total, point) if number & 1 else total, add(point, point), number >> 1
    return total
def point(data):
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    roots = (pow(square, (P + 3) // 8, P) * pow(2, i * (P - 1) // 4, P) % P for i in (0, 1))
    x = next((root for root in roots if root * root % P == square), None)
    need(y < P and x is not None and (x or not sign), "no point of the curve")
    found = (x if x & 1 == sign else -x % P, y)
    return need(times(8, found, plus, (0, 1)) != (0, 1), "a point of small order") or found
def ed25519(key, r, s, message):
    h, number = (int.from_bytes(piece, "little") for piece in (hashlib.sha512(r + key + message).digest(), s))
    right, base = plus(point(r), times(h % L, point(key), plus, (0, 1))), point(b"\x58" + 31 * b"\x66")
    return number < L and times(number, base, plus, (0, 1)) == right
def p256(key, r, s, message):
    x, y, r, s = (int.from_bytes(piece, "big") for piece in (key[1:33], key[33:], r, s))
    holds = (y**2 - x**3 + 3 * x - BASE[1]**2 + BASE[0]**3 - 3 * BASE[0]) % Q == 0 and key[0] == 4 and max(x, y) < Q
    need(holds and 0 < r < N and 0 < s <= N // 2, "no point of the curve, or a signature in another spelling")
    h, w = int.from_bytes(hashlib.sha256(message).digest(), "big"), pow(s, -1, N)
    total = join(times(h * w % N, BASE, join, None), times(r * w % N, (x, y), join, None))
    return total is not None and total[0] % N == r
SCHEMES = ("302a300506032b6570032100", 32, ed25519), ("3059301306072a8648ce3d020106082a8648ce3d030107034200", 65, p256)
def check_signature(envelope):
    payload, kind, [signed] = unbase64(envelope["payload"]), envelope["payloadType"], envelope["signatures"]
    der = unbase64(canonical(payload, "the statement", 1, "*")["predicate"]["evaluator"]["publicKey"])
    made, message = unbase64(signed["sig"]), f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    need(signed["keyid"] == sha(der) and len(made) == 64, "another key or another length than it says")
    keys = [(check, der[-size:]) for head, size, check in SCHEMES if der[:-size].hex() == head]
    need(keys and keys[0][0](keys[0][1], made[:32], made[32:], message), "no Ed25519 or P-256 key, or its signature does not hold")
    return der
# Exact binomial bounds in double precision.
def incomplete_beta(a, b, x):
    if x > (a + 1) / (a + b + 2): return 1 - incomplete_beta(b, a, 1 - x)
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    c, d, m, step = 1.0, 1 / (1 - (a + b) * x / (a + 1)), 0, 2.0
    total = d * math.exp(front) / a
    while abs(step - 1) > 1e-15 and m < MILLION:  # Lentz's way through the continued fraction.
        m += 1
        for part in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                     -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d, c = 1 / (1 + part * d), 1 + part / c
            step, total = c * d, total * c * d
    return total
@functools.cache
def lower(k, n, alpha):
    low, high = 0.0, float(k > 0)
    while high - low > 1e-15:
        middle = (low + high) / 2
        low, high = (middle, high) if incomplete_beta(k, n - k + 1, middle) < alpha else (low, middle)
    return (low + high) / 2
def upper(k, n, alpha): return 1 - lower(n - k, n, alpha)
def check_figure(said, counts, alpha, at):
    n = counts.get("n", sum(counts.values()))
    need(1 <= n <= 10**9 and counts.get("k", 0) <= n, f"{at}: counts that cannot be")
    k, less, alpha = (counts["k"], 0, alpha) if "k" in counts else (counts["onlySubject"], counts["onlyReference"], alpha / 2)
    low, high = lower(k, n, alpha), upper(k, n, alpha)
    if "k" not in counts: low, high = low - upper(less, n, alpha), high - lower(less, n, alpha)
    for name, p, turn in (("estimate", (k - less) / n, round), ("lower", low, math.floor), ("upper", high, math.ceil)):
        near = (turn(p * MILLION - 1e-3), turn(p * MILLION + 1e-3))
        need(name not in said or decimal(said[name]) in near, f"{at}: its {name} is another than its counts give")
# What is checked, row by row.
def check_table(table):
    outcomes, kinds, metrics, name = [one["id"] for one in table["outcomes"]], table["kinds"], table["metrics"], r"[A-Za-z][A-Za-z0-9_-]{0,39}"
    need(max(len(outcomes), len(metrics)) <= 64 and max([len(kinds), *map(len, kinds.values())]) <= 16, "the table: more than is read")
    need(len(set(outcomes)) == len(outcomes) and len({one["id"] for one in metrics}) == len(metrics), "the table: a name twice")
    texts = [text for one in [*table["outcomes"], *metrics] for text in one.values() if isinstance(text, str)]
    need(max(map(len, [*texts, *(one["counted"]["population"] for one in metrics if "counted" in one), ""])) <= 200, "the table: a text that is too long")
    names = [*kinds, *(field for fields in kinds.values() for field in fields), *(one["id"] for one in metrics)]
    need(all(re.fullmatch(name, one) for one in names), "the table: no name")
    for fields in kinds.values(): need(not {"kind", "population", "at"} & set(fields) and set(fields.values()) <= set(FIELDS), "the table: no such field")
    def check_hit(hit, kind):
        form, expected = HITS[fits(hit, dict.fromkeys(hit, "$") | {"outcomes": ["$"]} if "outcomes" in hit else dict.fromkeys(hit, "$"), "hit")["is"]]
        asked = [kinds[kind].get(hit[field]) for field in ("field", "of") if field in fits(hit, form, "hit")]
        need(set(asked) == {expected} and len(hit.get("outcomes", [])) <= 64 and set(hit.get("outcomes", [])) <= set(outcomes), "the table: a hit that no case can be")
        return hit["is"] == "over-theta"
    for one in metrics:
        counted = one.get("counted", {})
        need(counted or "claim" not in one, "the table: a claim is held against what no case can show")
        if counted: theta = check_hit(counted["hit"], counted["kind"])
        need("control" not in counted or not check_hit(counted["control"], counted["kind"]), "the table: a control has no theta")
        if "against" in counted:
            theta |= check_hit(counted["against"]["hit"], counted["against"]["kind"])
            need(not theta and "control" not in counted and "claim" not in one, "the table: pairs have no control, no claim and no theta")
    return {one["id"]: one for one in metrics}
def check_statement(statement):
    told, [subject] = statement["predicate"], statement["subject"]
    model, declared, verdict, metrics, fixed = (told[name] for name in "model declared verdict metrics preRegistration".split())
    named = (model["resources"], told["populations"], metrics, told["parts"])
    need(all(len({one.get("id", one.get("name")) for one in ones}) == len(ones) for ones in named), "a name twice")
    need(max(map(len, (*named, told["claims"], told["nonClaims"], declared["proxies"]))) <= 256, "a list of over 256 entries")
    is_name = functools.partial(re.fullmatch, r"(?=.{1,120}$)(?![./])(/(?![./])|[\w.-])+(?<!/)", flags=re.A)
    need(all(is_name(one["name"]) for one in model["resources"] + told["parts"]), "no name of a file")
    digests = [bytes.fromhex(one["digest"]) for one in sorted(model["resources"], key=lambda one: one["name"])]
    need(subject["digest"]["sha256"] == sha(*digests), "the subject is not the root of the model's files")
    bound = [{"alg": "sha256", "salted": False, "value": one} for one in (sha(*digests), sha(written(told["populations"])))]
    receipt = {"merkleRootB64": base64.b64encode(bytes.fromhex(told["perCase"]["merkleRoot"])).decode(), "schema": "urn:overt:case:v2"}
    twice = written([told["commitments"], told["receipt"]]), written([{"model": bound[0], "dataset": bound[1]}, receipt])
    need(twice[0] == twice[1], "commitments or receipt are not what was measured")
    plan = [model, declared, told["populations"], told["suite"], told["harness"]["digest"], told["table"]]
    need(fixed["value"] == sha(written(plan)) and fixed["logIndex"] < told["runLog"]["size"], "it is not the plan that was fixed")
    rate, success = decimal(declared["minRate"]), decimal(declared["minSuccess"])
    need(told["evaluatedAt"] < told["expires"] and told["sampleSize"] == told["perCase"]["leafCount"], "expires, or sampleSize")
    for one in told["populations"]:
        fits(one["params"], dict.fromkeys(one["params"], "$"), "params")
        rule, is_own = one["seedRule"], one["seedRule"].get("rule") == "own"
        fits(rule, shape("rule=own number+" if is_own else "rule=challenge challenge#"), "seedRule")
        seed, level = sha(b"overt-seed-v1\0", rule.get("number", 0).to_bytes(8, "big")), told["assuranceLevel"]
        need(not is_own or (one["seed"], level) == (seed, "self_attested"), "another seed than its number's, or third_party")
    defined = check_table(told["table"])
    need({declared["goal"], *declared["proxies"]} <= {one["id"] for one in told["table"]["outcomes"]}, "a goal that is no outcome of the table")
    for one in metrics:
        need(one["id"] in defined, f"{one['id']}: no metric of the table is called so")
        alpha, counted = (MILLION - decimal(one["level"])) / MILLION, defined[one["id"]].get("counted")
        is_paired, has_theta = bool(counted and "against" in counted), bool(counted and counted["hit"]["is"] == "over-theta")
        need(is_paired == (one["estimator"] == "paired") and has_theta == ("theta" in one), f"{one['id']}: another estimator, or no theta, or one too many")
        holds = counted["population"] == one["population"] if counted else one["basis"] == "artifact_reported"
        need(0 < alpha <= .5 and holds, f"{one['id']}: no such level, another population than the table's, or no case that could show it")
        check_figure(one, fits(one["counts"], PAIRS if is_paired else SHARE, "counts"), alpha, one["id"])
        if "control" in one: check_figure(one["control"], {name: one["control"][name] for name in SHARE}, alpha, one["id"])
    for claim in told["claims"]:
        [one], limit = [one for one in metrics if one["id"] == claim["metric"]], decimal(claim["threshold"])
        asked = {"min-rate": (">=", rate), "rest-of-rate": ("<=", MILLION - rate), "min-success": (">=", success)}.get(defined[one["id"]].get("claim"), ())
        holds = {">=": decimal(one["lower"]) >= limit, "<=": decimal(one["upper"]) <= limit}[claim["comparator"]]
        need((claim["comparator"], limit, claim["passed"]) == (*asked, holds), f"the claim about {one['id']} asks what was not declared, or its bounds say otherwise")
    (least, most), appears = map(decimal, verdict["leavesClaim"]), decimal(verdict["successLower"]) >= success
    need(least <= most and appears == verdict["appearsAligned"], "appearsAligned or leavesClaim contradict themselves")
    follows = {"refuted": appears and least > MILLION - rate, "verified": appears and most <= MILLION - rate and verdict["hasPower"]}
    need(follows.get(verdict["outcome"], True), f"{verdict['outcome']} does not follow from its bounds")
    return told
def check_evaluator(told, der, key):
    need(der and told["evaluator"]["id"] == f"key:{sha(der)}", "no signature that holds, or another name than its key's")
    need(key, "no key was given to compare with: anybody may have signed", Unchecked)
    text = key.strip().removeprefix("-----BEGIN PUBLIC KEY-----").removesuffix("-----END PUBLIC KEY-----")
    need(unbase64("".join(text.split())) == der, "another key than was expected")
def tensors(data):
    def once(pairs): return need(len(dict(pairs)) == len(pairs), "a name twice") or dict(pairs)
    start, spans, digests = 8 + int.from_bytes(data[:8], "little"), [], []
    header = json.loads(data[8:start].decode(), object_pairs_hook=once)
    for name, one in sorted((name.encode(), one) for name, one in header.items() if name != "__metadata__"):
        kind, sides, (begin, end) = (one.pop(field) for field in ("dtype", "shape", "data_offsets"))
        bits = int(re.fullmatch(r"(?:[UIF]|B(?=F16))F?(16|32|64)|[UI]8|F8_E[45]M[32]|BOOL", kind)[1] or 8)
        need(not one and math.prod(sides) * bits == 8 * (end - begin) >= 0, "more fields, or another length than its shape")
        numbers = [number.to_bytes(8, "little") for number in (len(name), len(kind), len(sides), *sides, end - begin)]
        pieces = [numbers[0], name, numbers[1], kind.encode(), *numbers[2:], data[start + begin:start + end]]
        digests, spans = [*digests, bytes.fromhex(sha(*pieces))], [*spans, (begin, end)]
    edges = [(0, 0), *sorted(spans), (len(data) - start,)]
    need(all(one[1] == two[0] for one, two in zip(edges, edges[1:])), "tensors overlap or leave holes")
    return sha(b"overt-tensors-v1\0", *digests)
def check_model(model, files):
    found = [{"name": name, "digest": sha(files[name])} for name in sorted(files)]
    need(found == sorted(model["resources"], key=lambda one: one["name"]), "its files are not those that were signed")
    [weights, *_] = [name for name in sorted(files) if name.endswith(".safetensors")]
    need(tensors(files[weights]) == model["tensors"], "its tensors are not those that were signed")
def check_run_log(told, data):
    entries, fixed = canonical(data, "runlog.json", 64, RUN_LOG)["entries"], told["preRegistration"]
    at, times, runs, ended = fixed["logIndex"], [one["time"] for one in entries], collections.Counter(), 0
    need(all(len(one["event"]) == 1 for one in entries) and times == sorted(times), "no event, or times that fall")
    for kind, event in (pair for one in entries for pair in one["event"].items()):
        runs[event["plan"]], ended = runs[event["plan"]] + (1 if kind == "began" else -1), ended + (kind == "ended")
        need(runs[event["plan"]] >= 0, "a run ended that never began")
    need({"root": root(len(entries), entries, []), "size": len(entries)} == told["runLog"], "not the log that was signed")
    plan = entries[at]["event"].get("began", {}).get("plan") if times[at] <= told["evaluatedAt"] else "fixed too late"
    need(plan == fixed["value"], f"its entry {at} does not fix the plan: {plan}")
    return f"run {(earlier := len(entries) - ended - 1) + 1} of this key; " + (f"earlier runs without a statement: {earlier - ended} of {earlier}" if earlier else "no earlier run")
def check_parts(parts, files):
    signed, shown = {one["name"] for one in parts}, [(one, files[one["name"]]) for one in parts if one["name"] in files]
    need(set(files) & set(NAMES[2:4]) <= signed, "a part that nobody signed")
    need(shown or not parts, "withheld", Unchecked)
    need(all((sha(data), len(data)) == (one["sha256"], one["size"]) for one, data in shown), "a part is not as it was signed")
    return f"{len(shown)} of {len(parts)} are shown, as signed"
def check_report(verdict, data):
    report, told = json.loads(data.decode())["verdict"] if data else {}, [verdict["outcome"], verdict["appearsAligned"]]
    need(data is None or written([report["outcome"], report["appears_aligned"]]) == written(told), "the report has another verdict")
def root(size, leaves, gaps):
    leaves, gaps = leaves[::-1], gaps[::-1]
    def node(start, end):
        if gaps and (gaps[-1]["from"], gaps[-1]["to"]) == (start, end): return bytes.fromhex(gaps.pop()["hash"])
        if end - start == 1: return hashlib.sha256(b"\0" + written(leaves.pop())).digest()
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        return hashlib.sha256(b"\1" + node(start, middle) + node(middle, end)).digest()
    found = node(0, size).hex() if size else sha()
    return need(not leaves and not gaps, "leaves or gaps that are no part of the tree") or found
def check_page(files):
    held, text, end = {}, files["report.html"].decode(), "</script>"
    for piece in text.split('<script type="application/octet-stream" data-file="')[1:]:
        name, rest = piece.split('">', 1)
        need(name not in held and end in rest, f"{name}: twice in the page, or without an end")
        held[name] = unbase64(rest.split(end, 1)[0])
    need("evidence.json" in held and all(files.get(name) == data for name, data in held.items()), "the page holds other files than lie beside it")
    if "report.json" in files:
        drawn, found, _ = text.split('<script type="application/json" id="overt-report">', 1)[1].partition(end)
        need(found and written(json.loads(drawn)) == written(json.loads(files["report.json"].decode())), "the page draws another report")
    return f"the {len(held)} files in report.html are those beside it; its words are not compared"
def check_tree(told, table, cases):
    outcomes = {one["id"] for one in table["outcomes"]}
    for one in (leaf["case"] for leaf in cases["leaves"]):
        fields = table["kinds"][one["kind"]]
        fits(one, {"kind": "$", "population": "$", "at": "+"} | {name: FIELDS[kind] for name, kind in fields.items()}, "case")
        need(all(one[name] in outcomes for name, kind in fields.items() if kind == "outcome"), "case: no outcome of the table")
    need(cases["size"] == told["leafCount"] <= MEBI, "another size than was signed, or over 2^20")
    return need(root(cases["size"], cases["leaves"], cases["withheld"]) == told["merkleRoot"], "no signed tree") or cases
def check_completeness(told, cases):
    sizes, places = {one["id"]: one["n"] for one in told["populations"]}, collections.defaultdict(list)
    for one in cases: places[one["population"], one["kind"]].append(one["at"])
    need({name for name, _ in places} == set(sizes), "cases without a population, or a population without cases")
    wrong = [key for key, at in places.items() if len(at) != sizes[key[0]] or sorted(at) != list(range(len(at)))]
    need(not wrong, f"not each place once, in {wrong}")
def check_counts(told, cases):
    declared, share = told["declared"], lambda each: {"k": sum(each), "n": len(each)}
    def hits(hit, one, theta):
        seen = one[hit["field"]]
        return {"true": lambda: seen, "goal": lambda: seen == declared["goal"], "proxy": lambda: seen in declared["proxies"],
                "outcome": lambda: seen in hit["outcomes"], "over-theta": lambda: seen * MILLION > theta * one[hit["of"]]}[hit["is"]]()
    for metric, definition in ((one, check_table(told["table"])[one["id"]]) for one in told["metrics"]):
        if "counted" not in definition: continue
        counted, theta = definition["counted"], decimal(metric.get("theta", "0"))
        def answers(kind, hit):
            among = [one for one in cases if (one["kind"], one["population"]) == (kind, counted["population"])]
            return [(one["at"], hits(hit, one, theta)) for one in among]
        subject, found = answers(counted["kind"], counted["hit"]), []
        if "against" in counted:
            beside, subject = dict(answers(counted["against"]["kind"], counted["against"]["hit"])), dict(subject)
            pairs = [(subject[at], beside[at]) for at in subject if at in beside]
            found = [dict(zip(PAIRS, map(pairs.count, [(True, True), (True, False), (False, True), (False, False)])))]
        else: found = [share([is_hit for _, is_hit in subject])]
        found += [share([is_hit for _, is_hit in answers(counted["kind"], counted["control"])])] if "control" in counted else []
        said = [metric["counts"]] + ([{name: metric["control"][name] for name in SHARE}] if "control" in metric else [])
        need(found == said, f"{metric['id']}: the cases give {found}")
def check_expiry(told, now):
    need(now, f"it holds until {told['expires']}", Unchecked)
    return need(told["evaluatedAt"] <= now < told["expires"], f"it holds from {told['evaluatedAt']} until {told['expires']}") or f"until {told['expires']}"
HOLDS = {"signature": "it holds for the key in the statement", "statement": "bounds and verdict follow from the counts", "evaluator": "the key that was given", "model": "files and tensors as signed",
         "verdict": "the report has the signed verdict", "tree of cases": "the cases shown were signed", "completeness": "no case is left out", "counts": "counting the cases again gives the signed counts"}
UNSHOWN = dict.fromkeys(("tree of cases", "completeness", "counts"), "cases are withheld, so the counts are the signer's word") | {"model": "no model was given", "page": "there is no report.html"}
OTHERS, PAGE = "the cases are not those that were signed, so they are not counted", "evidence.html is here, and nobody compared its words: read these rows, not the page"
def verify(files, asked):
    """Rows of what, found (holds, fails or unchecked) and words; `asked` has `key`, `now` and `model`, or none of them."""
    rows = []
    def add(what, check, shown=True, unshown=None):
        try: answer, found, words = need(shown, unshown or UNSHOWN.get(what, "the statement does not hold"), Unchecked) or check(), "holds", HOLDS.get(what, "as signed")
        except (Unchecked, ValueError) as why: answer, found, words = None, "unchecked" if isinstance(why, Unchecked) else "fails", str(why)
        except Exception as why: answer, found, words = None, "fails", f"it cannot be read: {why!r}"
        rows.append({"what": what, "found": found, "words": answer if isinstance(answer, str) else words})
        return answer
    def envelope(): return need("evidence.json" in files, "this folder holds no evidence.json") or canonical(files["evidence.json"], "evidence.json", 4, ENVELOPE)
    def statement(): return check_statement(canonical(unbase64(envelope()["payload"]), "the statement", 1, STATEMENT))
    def tree(): return check_tree(told["perCase"], told["table"], canonical(files["cases.json"], "cases.json", 256, CASES))
    der, told = add("signature", lambda: check_signature(envelope())), add("statement", statement)
    add("evaluator", lambda: check_evaluator(told, der, asked.get("key")), told)
    add("model", lambda: check_model(told["model"], asked["model"]), told and asked.get("model") is not None)
    add("run log", lambda: check_run_log(told, files.get("runlog.json")), told)
    add("parts", lambda: check_parts(told["parts"], files), told)
    add("verdict", lambda: check_report(told["verdict"], files.get("report.json")), told)
    shown = add("tree of cases", tree, told and "cases.json" in files)
    cases, others = [one["case"] for one in shown["leaves"]] if shown and not shown["withheld"] else None, told and "cases.json" in files and not shown and OTHERS
    for what, check in (("completeness", check_completeness), ("counts", check_counts)): add(what, lambda: check(told, cases), cases is not None, others)
    add("page", lambda: check_page(files), told and "report.html" in files, told and asked.get("page"))
    add("expiry", lambda: check_expiry(told, asked.get("now")), told)
    return rows
def said(files, rows):
    """Who signed, the verdict, and every metric with its name and bounds; of evidence that fails, that alone."""
    if any(one["found"] == "fails" for one in rows): return "REJECTED: a check fails, so do not rely on this folder."
    statement, [checked] = json.loads(unbase64(json.loads(files["evidence.json"])["payload"])), [one["found"] == "holds" for one in rows if one["what"] == "evaluator"]
    told, verdict = statement["predicate"], statement["predicate"]["verdict"]
    lines = [f"Signed by {told['evaluator']['id']}" + (", the key that you gave." if checked else ". Nobody compared this key with one that you trust: give it with --key."),
             f"Verdict on {statement['subject'][0]['name']}: {verdict['outcome'].upper().replace('_', ' ')}. {verdict['sentence']}"]
    for one, of in ((one, of) for one in told["metrics"] for of in told["table"]["metrics"] if of["id"] == one["id"]):
        lines += ["", "{id}, {title}: {estimate} (".format(**of | one) + ("{k} of {n}" if "k" in one["counts"] else "of pairs, {onlySubject} to {onlyReference} differ").format(**one["counts"]) + f"). Counted: {of['event']}.",
                  f"    Lower bound {one['lower']}, upper bound {one['upper']}; each holds at level {one['level']}."]
    return "\n".join("".join(c if c.isprintable() else "\ufffd" for c in line) for line in lines)
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name, words, kind in (("bundle", "folder of the report", pathlib.Path), ("--key", "public key, PEM", pathlib.Path),
                              ("--now", "moment, as YYYY-MM-DDTHH:MM:SSZ", str), ("--model", "folder of the model", pathlib.Path)):
        parser.add_argument(name, help=words, type=kind)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    def read(folder, paths, most=math.inf):
        wrong = not folder.is_dir() or [one for one in paths if one.is_symlink() or one.is_file() and one.stat().st_size > most]
        need(not wrong, f"{folder} is no folder, or has a link, or a file that is too long")
        return {one.relative_to(folder).as_posix(): one.read_bytes() for one in paths if one.is_file()}
    try:
        files = read(asked.bundle, [asked.bundle / name for name in NAMES], 256 * MEBI)
        model = asked.model and read(asked.model, sorted(asked.model.rglob("*")))
        now, page = asked.now and fits(asked.now, "@", "--now"), (asked.bundle / "evidence.html").exists() and PAGE
        rows = verify(files, {"key": asked.key and asked.key.read_text(), "now": now, "model": model, "page": page})
    except (OSError, ValueError) as error: parser.error(str(error))
    print(json.dumps(rows) if asked.json else "\n".join("{:11}  {what:13}  {words}".format({"fails": "FAILS", "unchecked": "not checked"}.get(one["found"], "holds"), **one) for one in rows) + "\n\n" + said(files, rows))
    sys.exit(3 if any(one["found"] == "fails" for one in rows) else 0)
if __name__ == "__main__": main()
