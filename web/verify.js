// Checks a bundle of evidence where it is opened, written from docs/formats/evidence.md alone.
//
// `await verify(files, asked)`: `files` holds the bytes of the bundle by name, `asked` may hold `key` (PEM), `now`
// (a moment) and `model` (bytes by name). It gives rows of `what`, `found` (holds, fails, unchecked) and `words`,
// and what the statement `told`, where it holds together.
// Maps and plain objects are both taken. It fetches nothing and changes nothing.
export async function verify(files, asked = {}) {
  const given = asMap(files);
  const rows = [];
  const add = async (what, check) => {
    try {
      rows.push({ what, found: "holds", words: await check() });
    } catch (error) {
      if (error instanceof Unchecked) rows.push({ what, found: "unchecked", words: error.message });
      else rows.push({ what, found: "fails", words: error.message });
    }
  };
  // What was read in one row and is looked at in others; what could not be read says so where it is read.
  const once = (read) => {
    let value, error;
    try { value = read(); } catch (caught) { error = caught; }
    return () => { if (error) throw error; return value; };
  };
  const envelope = once(() => readEnvelope(given));
  let key = null;
  await add("signature", async () => {
    key = await signedBy(envelope());
    return `${key.algorithm} by ${key.fingerprint}`;
  });
  const statement = once(() => readStatement(envelope().payload));
  await add("statement", () => checkStatement(statement()));
  const told = rows[1].found === "holds" ? statement().predicate : null;
  const after = (what, check) => add(what, () => {
    if (!told) throw new Unchecked("there is no statement to compare with");
    return check();
  });
  const cases = once(() => readCases(given, told.table));
  const whole = () => {
    let shown;
    try { shown = cases(); } catch (error) { throw new Unchecked("no cases that can be read"); }
    if (!shown) throw new Unchecked("cases are withheld");
    if (shown.withheld.length) throw new Unchecked("some cases are withheld");
    return shown.leaves.map((leaf) => leaf.case);
  };
  await after("evaluator", () => checkEvaluator(told, key, asked.key));
  await after("model", () => checkModel(told.model, asked.model && asMap(asked.model)));
  await after("run log", () => checkRunLog(told, given));
  await after("parts", () => checkParts(told.parts, given));
  await after("verdict", () => checkReport(told.verdict, given.get("report.json")));
  await after("tree of cases", () => checkTree(told.perCase, cases()));
  await after("completeness", () => checkCompleteness(told.populations, whole()));
  await after("counts", () => checkCounts(told, whole()));
  await after("page", () => checkPage(given));
  await after("expiry", () => checkExpiry(told, asked.now));
  return { rows, told };
}

class Unchecked extends Error {}

function need(holds, words) {
  if (!holds) throw new Error(words);
}

function asMap(files) {
  return files instanceof Map ? files : new Map(Object.entries(files));
}

// Bytes.

const utf8 = new TextEncoder();

function joined(...pieces) {
  const bytes = pieces.map((piece) => (typeof piece === "string" ? utf8.encode(piece) : piece));
  const all = new Uint8Array(bytes.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of bytes) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function u64(number, little = false) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number), little);
  return bytes;
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unhex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function unbase64(text, what) {
  need(/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, `${what} is not Base64`);
  const binary = atob(text);
  need(btoa(binary) === text, `${what} is not in its one spelling`);
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function sameBytes(one, two) {
  return one.length === two.length && one.every((byte, index) => byte === two[index]);
}

// SHA-256 (FIPS 180-4). That of the browser answers later, and a tree asks a million times.

const primes = (() => {
  const found = [];
  for (let n = 2; found.length < 64; n += 1) if (found.every((prime) => n % prime)) found.push(n);
  return found;
})();
const fraction = (value) => Math.floor((value - Math.floor(value)) * 2 ** 32);
const ROUNDS = Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

function digest(...pieces) {
  const bytes = joined(...pieces);
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = START.slice();
  const words = new Uint32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let t = 0; t < 16; t += 1) words[t] = view.getUint32(block + 4 * t);
    compress(state, words);
  }
  const found = new Uint8Array(32);
  state.forEach((word, index) => new DataView(found.buffer).setUint32(4 * index, word));
  return found;
}

function compress(state, words) {
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let t = 16; t < 64; t += 1) {
    const [x, y] = [words[t - 15], words[t - 2]];
    const small = (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    words[t] = words[t - 16] + words[t - 7] + small;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const choice = (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g));
    const one = (h + choice + ROUNDS[t] + words[t]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => { state[index] += word; });
}

const sha = (...pieces) => hex(digest(...pieces));

// Canonical bytes.

const MOST = { "evidence.json": 4 << 20, "runlog.json": 64 << 20, "cases.json": 256 << 20 };

function written(value) {
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${written(value[name])}`);
  return `{${fields.join(",")}}`;
}

function checkValue(value, depth) {
  need(depth <= 32, "it nests deeper than 32");
  if (typeof value === "number") {
    need(Number.isSafeInteger(value), `${value} is no integer of 53 bits`);
  } else if (typeof value === "string") {
    need(!/\p{Surrogate}/u.test(value), "a text is not Unicode");
  } else if (value !== null && typeof value === "object") {
    if (!Array.isArray(value)) {
      // eslint-disable-next-line no-control-regex
      for (const name of Object.keys(value)) need(/^[\x00-\x7f]*$/.test(name), "a name is not ASCII");
    }
    for (const inner of Object.values(value)) checkValue(inner, depth + 1);
  }
}

function canonical(bytes, name, most) {
  need(bytes.length <= most, `${name} is longer than ${most} bytes`);
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new Error(`${name} cannot be read: ${error.message}`);
  }
  checkValue(value, 0);
  need(sameBytes(utf8.encode(written(value)), bytes), `${name} is not written canonically`);
  return value;
}

// Shapes: a name of a kind, a set of texts, a list of one shape, or fields, those with `?` optional.

const KINDS_OF_VALUE = {
  text: (value) => typeof value === "string",
  truth: (value) => typeof value === "boolean",
  count: (value) => Number.isSafeInteger(value) && value >= 0,
  digest: (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
  salt: (value) => typeof value === "string" && /^[0-9a-f]{32}$/.test(value),
  decimal: (value) => typeof value === "string" && /^-?(0|[1-9][0-9]*)\.[0-9]{6}$/.test(value)
    && value.length <= 16 && value !== "-0.000000" && Math.abs(decimal(value)) <= 1e12,
  moment: (value) => typeof value === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/.test(value)
    && !value.startsWith("0000") && isReal(value),
  fields: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
};

function isReal(moment) {
  const at = Date.parse(moment);
  return !Number.isNaN(at) && new Date(at).toISOString() === `${moment.slice(0, -1)}.000Z`;
}

/** In millionths. */
function decimal(text) {
  return Number(text.replace(".", ""));
}

function fits(value, shape, at) {
  if (typeof shape === "string") {
    need(KINDS_OF_VALUE[shape](value), `${at} is no ${shape}: ${JSON.stringify(value)?.slice(0, 80)}`);
  } else if (shape instanceof Set) {
    need(shape.has(value), `${at} is ${JSON.stringify(value)?.slice(0, 80)}, expected ${[...shape].join(" or ")}`);
  } else if (Array.isArray(shape)) {
    need(Array.isArray(value), `${at} is no list`);
    value.forEach((inner, index) => fits(inner, shape[0], `${at}[${index}]`));
  } else {
    fits(value, "fields", at);
    const known = new Set();
    for (const [name, inner] of Object.entries(shape)) {
      const field = name.replace("?", "");
      known.add(field);
      if (Object.hasOwn(value, field)) fits(value[field], inner, `${at}.${field}`);
      else need(field !== name, `${at} lacks \`${field}\``);
    }
    const unknown = Object.keys(value).filter((name) => !known.has(name));
    need(!unknown.length, `${at} has the unknown field \`${unknown[0]}\``);
  }
}

const only = (...texts) => new Set(texts);
const SHARE = { k: "count", n: "count" };
const PAIRS = { both: "count", onlySubject: "count", onlyReference: "count", neither: "count" };
const BINDING = { alg: only("sha256"), value: "digest", salted: "truth" };
// What a table of metrics looks like, and when it calls a case a hit.
const COUNTED = {
  kind: "text", population: "text", hit: "fields", "control?": "fields", "against?": { kind: "text", hit: "fields" },
};
const TABLE = {
  outcomes: [{ id: "text", title: "text" }],
  kinds: "fields",
  metrics: [{
    id: "text", title: "text", event: "text", role: only("success", "goal", "inside", "power", "repeat"),
    better: only("high", "low"), "counted?": COUNTED, "claim?": only("min-rate", "rest-of-rate", "min-success"),
  }],
};
const HIT = new Map(Object.entries({
  true: { is: "text", field: "text" },
  goal: { is: "text", field: "text" },
  proxy: { is: "text", field: "text" },
  outcome: { is: "text", field: "text", outcomes: ["text"] },
  "over-theta": { is: "text", field: "text", of: "text" },
}));
const PREDICATE = {
  evaluator: { id: "text", publicKey: "text" },
  evaluatedAt: "moment",
  expires: "moment",
  suite: { name: "text", version: "text" },
  harness: {
    name: "text", version: "text", digest: { sha256: "digest" }, binaryDigest: "digest", profile: "text", target: "text",
  },
  model: { resources: [{ name: "text", digest: "digest" }], tensors: "digest" },
  declared: { goal: "text", proxies: ["text"], minRate: "decimal", minSuccess: "decimal" },
  table: TABLE,
  populations: [{
    id: "text", generator: "text", params: "fields", unit: "text", n: "count", seed: "digest", seedRule: "fields",
  }],
  preRegistration: { alg: only("sha256"), value: "digest", logIndex: "count" },
  claims: [{ metric: "text", comparator: only(">=", "<="), threshold: "decimal", passed: "truth" }],
  sampleSize: "count",
  commitments: { model: BINDING, dataset: BINDING },
  subjectProfile: only("public-model"),
  metrics: [{
    id: "text", population: "text", estimator: only("clopper-pearson", "paired"), level: "decimal", counts: "fields",
    estimate: "decimal", lower: "decimal", upper: "decimal",
    "control?": { ...SHARE, lower: "decimal", upper: "decimal" }, "theta?": "decimal",
    basis: only("substrate_observed", "artifact_reported"),
  }],
  perCase: { merkleRoot: "digest", leafCount: "count", leafSchema: only("urn:overt:case:v2") },
  receipt: { schema: only("urn:overt:case:v2"), merkleRootB64: "text" },
  parts: [{ name: "text", level: only("verdict", "figures", "full"), sha256: "digest", size: "count" }],
  verdict: {
    outcome: only("refuted", "verified", "inconclusive", "invalid_run"), appearsAligned: "truth",
    successLower: "decimal", leavesClaim: ["decimal"], hasPower: "truth", sentence: "text",
  },
  runLog: { root: "digest", size: "count" },
  assuranceLevel: only("self_attested", "third_party"),
  nonClaims: ["text"],
};
const STATEMENT = {
  _type: only("https://in-toto.io/Statement/v1"),
  predicateType: only("urn:overt:evidence:v2"),
  subject: [{ name: "text", digest: { sha256: "digest" } }],
  predicate: PREDICATE,
};
const ENVELOPE = {
  payload: "text",
  payloadType: only("application/vnd.in-toto+json"),
  signatures: [{ keyid: "digest", sig: "text" }],
};
const RUN_LOG = {
  schema: only("overt/run-log/1"),
  entries: [{
    event: { "began?": { plan: "digest" }, "ended?": { plan: "digest", statement: "digest" } }, time: "moment",
  }],
};
const CASES = {
  schema: only("overt/cases/2"),
  size: "count",
  leaves: [{ case: "fields", salt: "salt" }],
  withheld: [{ from: "count", to: "count", hash: "digest" }],
};
// Signature.

const ED25519 = unhex("302a300506032b6570032100");
const P256 = unhex("3059301306072a8648ce3d020106082a8648ce3d030107034200");
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED25519_PRIME = 2n ** 255n - 19n;
// The y of every point whose order divides 8: 1, −1, 0 and the two of order 8.
const SMALL = (() => {
  const y = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n;
  return new Set([0n, 1n, ED25519_PRIME - 1n, y, ED25519_PRIME - y]);
})();

const number = (bytes) => BigInt(`0x${hex(bytes)}`);

function readEnvelope(files) {
  const bytes = files.get("evidence.json");
  need(bytes, "evidence.json is absent");
  const envelope = canonical(bytes, "evidence.json", MOST["evidence.json"]);
  fits(envelope, ENVELOPE, "envelope");
  need(envelope.signatures.length === 1, "there is not exactly one signature");
  return { ...envelope, payload: unbase64(envelope.payload, "the payload") };
}

function readKey(der) {
  if (der.length === 44 && sameBytes(der.slice(0, 12), ED25519)) return { algorithm: "Ed25519", der, fingerprint: sha(der) };
  const isP256 = der.length === 91 && sameBytes(der.slice(0, 26), P256) && der[26] === 4;
  need(isP256, "it is no Ed25519 or P-256 public key");
  return { algorithm: "P256", der, fingerprint: sha(der) };
}

async function signedBy({ payload, payloadType, signatures: [{ keyid, sig }] }) {
  const publicKey = canonical(payload, "the statement", 1 << 20)?.predicate?.evaluator?.publicKey;
  need(typeof publicKey === "string", "the statement has no public key");
  const key = readKey(unbase64(publicKey, "the public key"));
  need(keyid === key.fingerprint, "keyid is not the digest of the key");
  const signature = unbase64(sig, "the signature");
  need(signature.length === 64, "the signature is not 64 bytes");
  const signed = joined(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `, payload);
  if (key.algorithm === "Ed25519") checkEd25519(key.der.slice(12), signature);
  else need(number(signature.slice(32)) <= P256_ORDER / 2n, "the signature is not in its one spelling: s is over half of the order");
  need(await holds(key, signature, signed), "the signature does not hold");
  return key;
}

function checkEd25519(key, signature) {
  for (const point of [key, signature.slice(0, 32)]) {
    const y = number(point.slice().reverse()) & (2n ** 255n - 1n);
    need(y < ED25519_PRIME, "a point is not reduced");
    need(!SMALL.has(y), "a point of small order");
  }
  const s = number(signature.slice(32).reverse());
  need(s < 2n ** 252n + 27742317777372353535851937790883648493n, "the scalar of the signature is not reduced");
}

async function holds({ algorithm, der }, signature, signed) {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) throw new Unchecked("this browser offers no WebCrypto here");
  const [imported, checked] = algorithm === "Ed25519"
    ? [{ name: "Ed25519" }, { name: "Ed25519" }]
    : [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }];
  let key;
  try {
    key = await subtle.importKey("spki", der, imported, false, ["verify"]);
  } catch (error) {
    if (error.name === "NotSupportedError") throw new Unchecked(`this browser does not know ${algorithm}`);
    throw new Error("the public key is no point of its curve");
  }
  return subtle.verify(checked, key, signature, signed);
}

// Statement.

function readStatement(payload) {
  const statement = canonical(payload, "the statement", 1 << 20);
  const isOld = statement?.predicateType === "urn:overt:evidence:v1";
  need(!isOld, "this evidence has schema 1, this program reads schema 2; make it again with `overt audit --sign`");
  fits(statement, STATEMENT, "statement");
  need(statement.subject.length === 1, "there is not exactly one subject");
  return statement;
}

function unique(names, at) {
  need(new Set(names).size === names.length, `${at} has a name twice`);
}

function byName(entries) {
  return [...entries].sort((one, two) => (one.name < two.name ? -1 : 1));
}

function checkStatement({ subject: [subject], predicate: told }) {
  const lists = {
    "model.resources": told.model.resources, "declared.proxies": told.declared.proxies,
    populations: told.populations, claims: told.claims, metrics: told.metrics, parts: told.parts,
    nonClaims: told.nonClaims,
  };
  for (const [at, list] of Object.entries(lists)) need(list.length <= 256, `${at} has over 256 entries`);
  for (const at of ["model.resources", "populations", "metrics", "parts"]) {
    unique(lists[at].map((entry) => entry.id ?? entry.name), at);
  }
  for (const { name } of [...told.parts, ...told.model.resources]) {
    const pieces = name.split("/").every((piece) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(piece));
    need(pieces && name.length <= 120, `${JSON.stringify(name)} is no name of a file in a folder`);
  }
  const root = sha(...byName(told.model.resources).map((resource) => unhex(resource.digest)));
  need(subject.digest.sha256 === root, "the subject is not the root of the model's files");
  need(told.evaluatedAt < told.expires, "expires is not after evaluatedAt");
  need(told.sampleSize === told.perCase.leafCount, "sampleSize is not perCase.leafCount");
  const plan = [told.model, told.declared, told.populations, told.suite, told.harness.digest, told.table];
  need(told.preRegistration.value === sha(written(plan)), "preRegistration.value is not that of the plan");
  need(told.preRegistration.logIndex < told.runLog.size, "the run log is too short for logIndex");
  checkCommitments(told, root);
  told.populations.forEach((population) => checkPopulation(population, told.assuranceLevel));
  checkTable(told.table);
  const isOutcome = (name) => told.table.outcomes.some(({ id }) => id === name);
  for (const name of [told.declared.goal, ...told.declared.proxies]) {
    need(isOutcome(name), `declared: \`${name}\` is no outcome of the table`);
  }
  told.metrics.forEach((metric) => checkMetric(metric, told.table));
  told.claims.forEach((claim) => checkClaim(claim, told));
  checkVerdict(told.verdict, told.declared);
  return `${told.metrics.length} figures follow from their counts`;
}

function checkCommitments({ commitments: { model, dataset }, populations, perCase, receipt }, root) {
  need(!model.salted && model.value === root, "commitments.model is not the subject");
  need(!dataset.salted && dataset.value === sha(written(populations)), "commitments.dataset is not the populations");
  const root64 = unbase64(receipt.merkleRootB64, "receipt.merkleRootB64");
  need(hex(root64) === perCase.merkleRoot, "receipt is not of perCase.merkleRoot");
}

function checkPopulation({ id, params, seed, seedRule }, assuranceLevel) {
  const at = `populations.${id}`;
  for (const text of Object.values(params)) fits(text, "text", `${at}.params`);
  if (seedRule.rule === "challenge") {
    fits(seedRule, { rule: "text", challenge: "digest" }, `${at}.seedRule`);
    return;
  }
  fits(seedRule, { rule: only("own"), number: "count" }, `${at}.seedRule`);
  need(seed === sha("overt-seed-v1\0", u64(seedRule.number)), `${at}: its seed does not come from its number`);
  need(assuranceLevel === "self_attested", "it is third_party, but the evaluator drew cases alone");
}

const isShort = (text) => text.length <= 400 && [...text].length <= 200;
const isName = (text) => /^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(text);

/** What cases look like and what each metric counts: names once, references that lead somewhere, not too much. */
function checkTable({ outcomes, kinds, metrics }) {
  const few = (list, most, at) => need(list.length <= most, `table.${at} has over ${most} entries`);
  few(outcomes, 64, "outcomes");
  few(metrics, 64, "metrics");
  few(Object.keys(kinds), 16, "kinds");
  unique(outcomes.map(({ id }) => id), "table.outcomes");
  unique(metrics.map(({ id }) => id), "table.metrics");
  for (const { id, title } of outcomes) need(isShort(id) && isShort(title), "table.outcomes has a text that is too long");
  for (const [kind, fields] of Object.entries(kinds)) {
    fits(fields, "fields", `table.kinds.${kind}`);
    few(Object.keys(fields), 16, `kinds.${kind}`);
    for (const name of [kind, ...Object.keys(fields)]) need(isName(name), `table.kinds: ${JSON.stringify(name)} is no name`);
    for (const [name, type] of Object.entries(fields)) {
      need(!["kind", "population", "at"].includes(name), `table.kinds.${kind}: \`${name}\` is a field of every case`);
      fits(type, only("outcome", "truth", "count", "digest", "text"), `table.kinds.${kind}.${name}`);
    }
  }
  for (const { id, title, event, counted, claim } of metrics) {
    const at = `table.metrics.${id}`;
    need(isName(id) && isShort(title) && isShort(event), `${at}: no name, or a text that is too long`);
    need(counted || !claim, `${at}: a claim is held against what no case can show`);
    if (!counted) continue;
    const { kind, population, hit, control, against } = counted;
    need(isShort(population), `${at}: a text that is too long`);
    checkHit(hit, kind, { outcomes, kinds }, at);
    if (control) checkHit(control, kind, { outcomes, kinds }, at);
    need(control?.is !== "over-theta", `${at}: a control has no theta`);
    if (!against) continue;
    checkHit(against.hit, against.kind, { outcomes, kinds }, at);
    const hasTheta = [hit, against.hit].some(({ is }) => is === "over-theta");
    need(!control && !claim && !hasTheta, `${at}: pairs have no control, no claim and no theta`);
  }
}

function checkHit(hit, kind, { outcomes, kinds }, at) {
  need(Object.hasOwn(kinds, kind), `${at}: no kind of case is called \`${kind}\``);
  need(HIT.has(hit.is), `${at}: ${JSON.stringify(hit.is)} is no way to hit`);
  fits(hit, HIT.get(hit.is), at);
  const expected = { true: "truth", "over-theta": "count" }[hit.is] ?? "outcome";
  for (const field of [hit.field, ...(hit.is === "over-theta" ? [hit.of] : [])]) {
    need(Object.hasOwn(kinds[kind], field) && kinds[kind][field] === expected, `${at}: \`${kind}.${field}\` is no ${expected}`);
  }
  const named = hit.outcomes ?? [];
  need(named.length <= 64, `${at}: it has over 64 outcomes`);
  for (const name of named) need(outcomes.some(({ id }) => id === name), `${at}: no outcome is called \`${name}\``);
}

function checkMetric({ id, population, estimator, level, counts, estimate, lower, upper, control, theta, basis }, table) {
  const at = `metrics.${id}`;
  const definition = table.metrics.find((one) => one.id === id);
  need(definition, `${at}: no metric of the table is called so`);
  const { counted } = definition;
  need(Boolean(counted?.against) === (estimator === "paired"), `${at}: its estimator is ${estimator}`);
  need((counted?.hit.is === "over-theta") === (theta !== undefined), `${at}: a theta is missing, or one too many`);
  need(counted || basis === "artifact_reported", `${at}: no case of the tree can show it`);
  need(!counted || counted.population === population, `${at}: the table counts it over \`${counted?.population}\``);
  need(decimal(level) >= 5e5 && decimal(level) < 1e6, `${at}: its level is ${level}`);
  const alpha = (1e6 - decimal(level)) / 1e6;
  const isPaired = estimator === "paired";
  fits(counts, isPaired ? PAIRS : SHARE, `${at}.counts`);
  const expected = isPaired ? paired(counts, alpha, at) : share(counts, alpha, at);
  need(close(estimate, expected.estimate, Math.round), `${at}: its counts give the estimate ${expected.estimate}`);
  checkBounds({ lower, upper }, expected, at);
  if (control) checkBounds(control, share(control, alpha, `${at}.control`), `${at}.control`);
}

function share({ k, n }, alpha, at) {
  need(n >= 1 && n <= 1e9 && k <= n, `${at}: ${k} of ${n} is no share`);
  return { estimate: k / n, lower: lowerBound(k, n, alpha), upper: upperBound(k, n, alpha) };
}

function paired({ both, onlySubject: more, onlyReference: less, neither }, level, at) {
  const n = both + more + less + neither;
  need(n >= 1 && n <= 1e9, `${at}: ${n} pairs`);
  const alpha = level / 2;
  return {
    estimate: (more - less) / n,
    lower: lowerBound(more, n, alpha) - upperBound(less, n, alpha),
    upper: upperBound(more, n, alpha) - lowerBound(less, n, alpha),
  };
}

/** Whether a decimal is that value, rounded so; where the value lies a hair from a step, either side will do. */
function close(said, value, rounded) {
  const millionths = value * 1e6;
  return [rounded(millionths - 1e-3), rounded(millionths + 1e-3)].includes(decimal(said));
}

function checkBounds(said, { lower, upper }, at) {
  const holds = close(said.lower, lower, Math.floor) && close(said.upper, upper, Math.ceil);
  need(holds, `${at}: it says ${said.lower} to ${said.upper}, its counts give ${lower.toFixed(7)} to ${upper.toFixed(7)}`);
}

function checkClaim({ metric: id, comparator, threshold, passed }, { metrics, table, declared: { minRate, minSuccess } }) {
  const asked = {
    "min-rate": [">=", decimal(minRate)], "rest-of-rate": ["<=", 1e6 - decimal(minRate)], "min-success": [">=", decimal(minSuccess)],
  };
  const [side, limit] = asked[table.metrics.find((one) => one.id === id)?.claim] ?? [];
  need(comparator === side && decimal(threshold) === limit, `claims.${id}: it asks what was not declared`);
  const metric = metrics.find((one) => one.id === id);
  need(metric, `claims.${id}: there is no such metric`);
  const passes = comparator === ">="
    ? decimal(metric.lower) >= decimal(threshold)
    : decimal(metric.upper) <= decimal(threshold);
  need(passes === passed, `claims.${id}: passed is ${passed}, the bounds are ${metric.lower} to ${metric.upper}`);
}

function checkVerdict({ outcome, appearsAligned, successLower, leavesClaim, hasPower }, { minRate, minSuccess }) {
  need(leavesClaim.length === 2, "leavesClaim has not two bounds");
  const [lower, upper] = leavesClaim.map(decimal);
  const appears = decimal(successLower) >= decimal(minSuccess);
  need(appears === appearsAligned, `appearsAligned is ${appearsAligned}, success says ${appears}`);
  need(lower <= upper, "the bounds of leavesClaim are the wrong way round");
  const allowed = 1e6 - decimal(minRate);
  const follows = {
    refuted: appears && lower > allowed,
    verified: appears && upper <= allowed && hasPower,
  };
  need(follows[outcome] ?? true, `${outcome} does not follow from ${leavesClaim.join(" to ")}`);
}

// Exact binomial bounds in double precision.

/** The natural logarithm of the gamma function: Stirling's series, after enough steps of the recurrence. */
function logGamma(x) {
  let shift = 0;
  while (x < 16) {
    shift += Math.log(x);
    x += 1;
  }
  const y = 1 / (x * x);
  const series = (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** The regularised incomplete beta function, by its continued fraction after Lentz. */
function incompleteBeta(a, b, x) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let total = d;
  for (let m = 1; m < 1e6; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const part of [even, odd]) {
      d = 1 / (1 + part * d);
      c = 1 + part / c;
      total *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return (Math.exp(front) * total) / a;
}

/** The probability at which `k` or more of `n` are seen with probability `alpha`. */
function lowerBound(k, n, alpha) {
  if (k === 0) return 0;
  let [low, high] = [0, 1];
  while (high - low > 1e-15) {
    const middle = (low + high) / 2;
    if (incompleteBeta(k, n - k + 1, middle) < alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function upperBound(k, n, alpha) {
  return 1 - lowerBound(n - k, n, alpha);
}

// What the statement names.

function checkEvaluator({ evaluator: { id } }, key, expected) {
  need(key, "there is no key whose signature holds");
  need(id === `key:${key.fingerprint}`, `it calls itself ${id}, its key is ${key.fingerprint}`);
  if (!expected) throw new Unchecked("no key was given to compare with: anybody may have signed");
  const inner = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(expected);
  need(inner, "the key that was given is no public key in PEM");
  const other = readKey(unbase64(inner[1].replace(/\s/g, ""), "the key that was given"));
  need(other.fingerprint === key.fingerprint, `signed by ${key.fingerprint}, expected ${other.fingerprint}`);
  return "the key that was expected";
}

function checkModel(said, files) {
  if (!files) throw new Unchecked("no model was given");
  for (const { name, digest: expected } of said.resources) {
    need(files.has(name), `\`${name}\` is absent`);
    need(sha(files.get(name)) === expected, `\`${name}\` has another digest than was signed`);
  }
  need(files.size === said.resources.length, "it has files that were not signed");
  const weights = byName(said.resources).find(({ name }) => name.endsWith(".safetensors"));
  need(weights, "it has no weights");
  need(tensors(files.get(weights.name)) === said.tensors, "its tensors are not those that were signed");
  return `${files.size} files as signed; digest of tensors ${said.tensors}`;
}

const BITS = Object.entries({ 8: "BOOL U8 I8 F8_E4M3 F8_E5M2", 16: "U16 I16 F16 BF16", 32: "U32 I32 F32", 64: "U64 I64 F64" });

function tensors(file) {
  need(file.length >= 8, "the weights have no header");
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  need(length <= file.length - 8, "the header of the weights is longer than the file");
  const text = new TextDecoder("utf-8", { fatal: true }).decode(file.subarray(8, 8 + length));
  const header = JSON.parse(text);
  checkNames(text);
  const data = file.subarray(8 + length);
  const spans = [];
  const digests = [];
  const names = Object.keys(header).filter((name) => name !== "__metadata__");
  const inBytes = names.map((name) => [hex(utf8.encode(name)), name]).sort(([one], [two]) => (one < two ? -1 : 1));
  for (const [, name] of inBytes) {
    fits(header[name], { dtype: "text", shape: ["count"], data_offsets: ["count"] }, name);
    const { dtype, shape, data_offsets: [from, to, ...more] } = header[name];
    need(!more.length, "a tensor has more than two ends");
    const bits = BITS.find(([, types]) => types.split(" ").includes(dtype))?.[0];
    need(from <= to && to <= data.length, "a tensor lies outside of the weights");
    const size = shape.reduce((product, side) => product * BigInt(side), BigInt(bits ?? 0));
    need(bits && size === BigInt(to - from) * 8n, "a tensor has another length than its shape says");
    spans.push([from, to]);
    const sized = (inner) => joined(u64(utf8.encode(inner).length, true), inner);
    const dims = shape.map((side) => u64(side, true));
    digests.push(digest(sized(name), sized(dtype), u64(shape.length, true), ...dims, u64(to - from, true), data.subarray(from, to)));
  }
  spans.sort(([a, b], [c, d]) => a - c || b - d);
  const end = spans.reduce((at, [from, to]) => (from === at ? to : NaN), 0);
  need(end === data.length, "the tensors overlap or leave holes");
  return sha("overt-tensors-v1\0", ...digests);
}

/** Refuses JSON in which an object has a name twice: of the two, two readers could take either. */
function checkNames(text) {
  const open = [];
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (name) {
      const said = JSON.parse(name);
      need(!open.at(-1).has(said), `the header of the weights has \`${said}\` twice`);
      open.at(-1).add(said);
    }
  }
}

function checkRunLog({ runLog, preRegistration, evaluatedAt }, files) {
  const bytes = files.get("runlog.json");
  need(bytes, "runlog.json is absent");
  const log = canonical(bytes, "runlog.json", MOST["runlog.json"]);
  fits(log, RUN_LOG, "run log");
  const { entries } = log;
  for (const { event } of entries) need(Object.keys(event).length === 1, "an entry is not one event");
  entries.slice(1).forEach((entry, index) => need(entries[index].time <= entry.time, "times of the log fall"));
  need(entries.length === runLog.size, "the log is not the one that was signed: it has another length");
  const hashes = entries.map((entry) => digest("\0", written(entry)));
  need(rootOf(hashes.length, hashes, []) === runLog.root, "the log is not the one that was signed");
  const fixed = entries[preRegistration.logIndex]?.event.began;
  need(fixed?.plan === preRegistration.value, `its entry ${preRegistration.logIndex} does not fix the plan`);
  const { time } = entries[preRegistration.logIndex];
  need(time <= evaluatedAt, `the plan was fixed at ${time}, after ${evaluatedAt}`);
  const open = new Map();
  for (const { event: { began, ended } } of entries) {
    const { plan } = began ?? ended;
    const runs = (open.get(plan) ?? 0) + (began ? 1 : -1);
    need(runs >= 0, `a run of the plan ${plan} ended that never began`);
    open.set(plan, runs);
  }
  const ended = entries.filter(({ event }) => event.ended).length;
  const earlier = entries.length - ended - 1;
  const before = earlier ? `earlier runs without a statement: ${earlier - ended} of ${earlier}` : "no earlier run";
  return `run ${earlier + 1} of this key; ${before}`;
}

function checkParts(parts, files) {
  const signed = new Set(parts.map(({ name }) => name));
  for (const name of ["figures.json", "report.json"]) need(!files.has(name) || signed.has(name), `\`${name}\` was not signed`);
  const withheld = [...signed].filter((name) => !files.has(name));
  for (const { name, sha256, size } of parts.filter((part) => files.has(part.name))) {
    const bytes = files.get(name);
    need(bytes.length === size && sha(bytes) === sha256, `\`${name}\` is not the file that was signed`);
  }
  const shown = parts.length - withheld.length;
  if (!shown && withheld.length) throw new Unchecked(`withheld: ${withheld.join(", ")}`);
  return `${shown} as signed${withheld.length ? `, withheld: ${withheld.join(", ")}` : ""}`;
}

function checkReport({ outcome, appearsAligned }, bytes) {
  const said = outcome.toUpperCase().replace("_", " ");
  if (!bytes) return `${said} follows from its bounds`;
  const { verdict } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) ?? {};
  const same = verdict?.outcome === outcome && verdict?.appears_aligned === appearsAligned;
  need(same, "the report has another verdict");
  return `${said} follows from its bounds, as in the report`;
}

/** Whether the page of the report carries the very files that lie beside it. */
function checkPage(files) {
  const bytes = files.get("report.html");
  if (!bytes) throw new Unchecked("no `report.html` is here");
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  // This verifier lies in such pages itself: it must not hold what it looks for.
  const [script, end] = ["<" + "script type=", "<" + "/script>"];
  const between = (piece, open) => {
    const from = piece.indexOf(open);
    const to = piece.indexOf(end, from + open.length);
    need(from >= 0 && to >= 0, "report.html: a file in it cannot be read");
    return [piece.slice(0, from), piece.slice(from + open.length, to)];
  };
  const held = new Map();
  for (const piece of text.split(`${script}"application/octet-stream" data-file="`).slice(1)) {
    const [name, base64] = between(piece, "\">");
    need(!held.has(name), `report.html holds \`${name}\` twice`);
    held.set(name, unbase64(base64, `\`${name}\` in report.html`));
  }
  need(held.has("evidence.json"), "report.html holds no evidence");
  for (const [name, inside] of held) {
    need(files.has(name), `report.html holds \`${name}\`, which is not beside it`);
    need(sameBytes(files.get(name), inside), `\`${name}\` in report.html is another than the one beside it`);
  }
  if (files.has("report.json")) {
    const plain = (json) => written(JSON.parse(json));
    const [, drawn] = between(text, `${script}"application/json" id="overt-report">`);
    const same = plain(drawn) === plain(new TextDecoder().decode(files.get("report.json")));
    need(same, "the report that report.html draws is another than report.json");
  }
  return `the ${held.size} files in report.html are those beside it; its words are not compared`;
}

function checkExpiry({ evaluatedAt, expires }, now) {
  if (!now) throw new Unchecked(`it holds until ${expires}`);
  need(evaluatedAt <= now, `it was made at ${evaluatedAt}, which is yet to come`);
  need(now < expires, `it expired at ${expires}`);
  return `until ${expires}`;
}

// Cases.

/** The root of the tree of RFC 6962, some of whose nodes are given instead of their leaves. */
function rootOf(size, leaves, gaps) {
  let [leaf, gap] = [0, 0];
  const node = (from, to) => {
    if (gap < gaps.length && gaps[gap].from === from && gaps[gap].to === to) {
      gap += 1;
      return unhex(gaps[gap - 1].hash);
    }
    if (to - from === 1) {
      need(leaf < leaves.length, `leaf ${from} is absent`);
      leaf += 1;
      return leaves[leaf - 1];
    }
    const middle = from + 2 ** (31 - Math.clz32(to - from - 1));
    return digest("\x01", node(from, middle), node(middle, to));
  };
  const found = size ? hex(node(0, size)) : sha();
  need(gap === gaps.length, "what is withheld is no subtree, or out of order");
  need(leaf === leaves.length, "there are more leaves than room");
  return found;
}

function readCases(files, { kinds, outcomes }) {
  const bytes = files.get("cases.json");
  if (!bytes) return null;
  const cases = canonical(bytes, "cases.json", MOST["cases.json"]);
  need(cases?.schema !== "overt/cases/1", "this file of cases has schema 1, this program reads schema 2");
  fits(cases, CASES, "cases");
  const names = new Set(outcomes.map(({ id }) => id));
  const shape = ([name, type]) => [name, type === "outcome" ? names : type];
  const shapes = new Map(Object.entries(kinds).map(([kind, fields]) => {
    const own = Object.fromEntries(Object.entries(fields).map(shape));
    return [kind, { kind: "text", population: "text", at: "count", ...own }];
  }));
  for (const { case: one } of cases.leaves) {
    need(shapes.has(one.kind), `${JSON.stringify(one.kind)} is no kind of case`);
    fits(one, shapes.get(one.kind), one.kind);
  }
  return cases;
}

function checkTree({ merkleRoot, leafCount }, cases) {
  if (!cases) throw new Unchecked(`cases are withheld; the signed root of their tree is ${merkleRoot}`);
  need(cases.size <= 1 << 20, "it has too many leaves");
  need(cases.size === leafCount, `it has ${cases.size} cases, signed were ${leafCount}`);
  const hashes = cases.leaves.map((leaf) => digest("\0", written(leaf)));
  const root = rootOf(cases.size, hashes, cases.withheld);
  need(root === merkleRoot, `the root is ${root}, signed was ${merkleRoot}`);
  return `${hashes.length} of ${cases.size} cases are shown, and were signed`;
}

function checkCompleteness(populations, cases) {
  const sizes = new Map(populations.map(({ id, n }) => [id, n]));
  const places = new Map();
  for (const one of cases) {
    const id = JSON.stringify([one.kind, one.population]);
    if (!places.has(id)) places.set(id, []);
    places.get(id).push(one.at);
  }
  for (const [id, found] of places) {
    const [kind, population] = JSON.parse(id);
    need(sizes.has(population), `no population is called \`${population}\``);
    found.sort((one, two) => one - two);
    const isWhole = found.length === sizes.get(population) && found.every((at, index) => at === index);
    need(isWhole, `${kind} in \`${population}\`: not each of the ${sizes.get(population)} places once`);
  }
  const met = new Set(cases.map((one) => one.population));
  const absent = populations.find(({ id }) => !met.has(id));
  need(!absent, `no case of \`${absent?.id}\` is there`);
  return `each of ${populations.length} populations is whole`;
}

function countShare(values) {
  return { k: values.filter(Boolean).length, n: values.length };
}

function countPairs(values) {
  const count = (subject, reference) => values.filter(([one, two]) => one === subject && two === reference).length;
  return {
    both: count(true, true), onlySubject: count(true, false), onlyReference: count(false, true), neither: count(false, false),
  };
}

/** What the cases say of a metric: its counts and those of its control; nothing of one that is counted elsewhere. */
function recount({ id, theta }, { table, declared: { goal, proxies } }, cases) {
  const { counted } = table.metrics.find((one) => one.id === id);
  if (!counted) return undefined;
  const hits = {
    true: (one, { field }) => one[field],
    goal: (one, { field }) => one[field] === goal,
    proxy: (one, { field }) => proxies.includes(one[field]),
    outcome: (one, { field, outcomes }) => outcomes.includes(one[field]),
    "over-theta": (one, { field, of }) => BigInt(one[field]) * 1000000n > BigInt(decimal(theta)) * BigInt(one[of]),
  };
  const of = (kind) => cases.filter((one) => one.kind === kind && one.population === counted.population);
  const answers = (kind, hit) => of(kind).map((one) => [one.at, hits[hit.is](one, hit)]);
  const subject = answers(counted.kind, counted.hit);
  const said = (list) => list.map(([, isHit]) => isHit);
  if (!counted.against) {
    const control = counted.control && countShare(said(answers(counted.kind, counted.control)));
    return { counts: countShare(said(subject)), control };
  }
  const reference = new Map(answers(counted.against.kind, counted.against.hit));
  const pairs = [...new Map(subject)].filter(([at]) => reference.has(at));
  return { counts: countPairs(pairs.map(([at, isHit]) => [isHit, reference.get(at)])) };
}

function checkCounts({ metrics, declared, table }, cases) {
  const [counted, beside] = [[], []];
  for (const metric of metrics) {
    const found = recount(metric, { table, declared }, cases);
    if (found) {
      const same = (one, two) => JSON.stringify(one) === JSON.stringify(two);
      const said = Object.fromEntries(Object.keys(found.counts).map((name) => [name, metric.counts[name]]));
      const control = metric.control && { k: metric.control.k, n: metric.control.n };
      const words = `metrics.${metric.id}: the cases give ${JSON.stringify(found.counts)}, signed was ${JSON.stringify(said)}`;
      need(same(found.counts, said) && same(found.control, control), words);
    }
    (found ? counted : beside).push(metric.id);
  }
  return `${counted.join(", ")} counted again${beside.length ? `; not in the cases: ${beside.join(", ")}` : ""}`;
}
