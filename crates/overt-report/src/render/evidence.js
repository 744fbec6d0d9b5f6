// The button of a page that holds evidence: what it found goes into the page as text, never as markup.

const answer = document.getElementById("evidence-answer");
const button = document.getElementById("evidence-check");
const report = document.getElementById("overt-report");
// What a page without a report shows is the same for every bundle.
const withheldPage = WITHHELD_PAGE;
const metricNames = {
  TSR: "Task success rate", IGR: "Intended goal first", CMR: "A proxy of the goal first",
  PRC: "Actions that an exchange of the proxy inside changes", XPF: "Explanation right, against a simple baseline",
  SVR: "Sibling trainings that pursue a proxy", NIM: "Proxy first, against the reference model",
  DPW: "Detection power", REP: "Repeated trainings",
};

function made(name, content, attributes = {}) {
  const element = document.createElement(name);
  for (const inner of [content].flat()) element.append(inner);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

function table(id, names, rows) {
  const cell = (text, index) => (index ? made("td", text, { "data-name": names[index] }) : made("th", text, { scope: "row" }));
  const head = made("tr", names.map((name) => made("th", name, { scope: "col" })));
  const body = rows.map(({ cells, attributes }) => made("tr", cells.map(cell), attributes));
  return made("table", [made("thead", head), made("tbody", body)], { id, class: "numbers" });
}

/** The words that this page shows, and the same with every element, attribute and style around them. */
function drawn() {
  document.documentElement.normalize();
  const [words, marks] = [[], []];
  const visit = (node, isRead) => {
    if (node.nodeType === Node.TEXT_NODE) {
      for (const word of node.data.split(/[\t\n\f\r ]+/).filter(Boolean)) {
        marks.push(word);
        if (isRead) words.push(word);
      }
    } else if (node.nodeType === Node.ELEMENT_NODE && !["script", "meta"].includes(node.localName)) {
      const kept = [...node.attributes].filter(({ name }) => !["open", "disabled"].includes(name));
      marks.push(`<${node.localName}`, ...kept.map(({ name, value }) => `${name}=${value}`).sort());
      if (node !== answer) for (const inner of node.childNodes) visit(inner, isRead && node.localName !== "style");
      marks.push(">");
    }
  };
  visit(document.documentElement, true);
  return { words, marks };
}

/** Says where this page differs from the digests that were signed; nothing where it does not. */
function difference(signed) {
  const { words, marks } = drawn();
  const digestOf = (list) => sha(list.join("\0"));
  if (digestOf(words) !== signed.words) {
    let expected = [];
    try { expected = JSON.parse(document.getElementById("overt-words").textContent); } catch { /* it says so below */ }
    if (!Array.isArray(expected) || digestOf(expected) !== signed.words) return "its words are not those that were signed";
    const differs = expected.findIndex((word, index) => word !== words[index]);
    const at = differs < 0 ? expected.length : differs;
    const said = (list) => (at < list.length ? `“${list[at]}”` : "nothing");
    return `it says ${said(words)} where ${said(expected)} was signed, after “${expected.slice(Math.max(at - 3, 0), at).join(" ")}”`;
  }
  return digestOf(marks) === signed.drawing ? null : "its words are those that were signed, but a picture, a link or a style is another";
}

/** Whether this page shows what was signed. */
function checkWords(files) {
  const file = files.get("report.json");
  let signed = withheldPage;
  if (report) {
    need(file, "the signed report is not in it, so its words cannot be compared");
    const said = JSON.parse(new TextDecoder().decode(file));
    need(written(JSON.parse(report.textContent)) === written(said), "the report that lies in it is another than was signed");
    signed = said.page;
    if (!signed) throw new Unchecked("no digests of its words were signed: compare them with the verdict below");
  }
  const found = difference(signed);
  need(!found, found);
  return report ? "every word, picture and style is as signed" : "it adds nothing to what was signed";
}

async function check() {
  const files = new Map();
  for (const element of document.querySelectorAll("script[data-file]")) {
    files.set(element.dataset.file, unbase64(element.textContent, element.dataset.file));
  }
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const { rows, told } = await verify(files, { now });
  const row = { what: "this page", found: "holds" };
  try {
    row.words = checkWords(files);
  } catch (error) {
    Object.assign(row, { found: error instanceof Unchecked ? "unchecked" : "fails", words: error.message });
  }
  rows.push(row, { what: "re-execution", found: "unchecked", words: "a page has no engine: `overt verify --replay`" });
  return { rows, told };
}

/** The verdict in large type, from the signed bytes. */
function judged({ verdict: { outcome, sentence } }) {
  const tone = { refuted: "refuted", verified: "verified" }[outcome] ?? "inconclusive";
  const stamp = made("span", outcome.toUpperCase().replace("_", " "), { class: "stamp" });
  return made("div", [made("p", stamp, { class: "outcome" }), made("p", sentence, { class: "signed-sentence" })], { class: tone, id: "evidence-verdict" });
}

function signed({ evaluator, evaluatedAt, expires, harness, metrics }) {
  const facts = [
    ["Signed by", evaluator.id], ["Made", evaluatedAt], ["Holds until", expires],
    ["Program", `${harness.name} ${harness.version}, sources ${harness.digest.sha256}`],
  ];
  const level = (text) => `${Number(text) * 100} %`;
  const figures = metrics.map(({ id, population, estimate, lower, upper, level: said }) => ({
    cells: [metricNames[id] ? `${metricNames[id]} (${id})` : id, population, estimate, `${lower} to ${upper}, each bound at ${level(said)}`], attributes: {},
  }));
  return [
    made("h3", "What was signed"),
    made("dl", facts.map(([name, text]) => made("div", [made("dt", name), made("dd", text)])), { class: "facts" }),
    table("evidence-figures", ["Figure", "Population", "Estimate", "Bounds"], figures),
  ];
}

async function show() {
  button.disabled = true;
  try {
    const { rows, told } = await check();
    const failed = rows.filter((row) => row.found === "fails");
    const said = failed.length
      ? `REJECTED: ${failed.map((row) => row.what).join(", ")}. Do not rely on this report.`
      : "What could be checked here holds.";
    const lines = rows.map(({ what, found, words }) => ({ cells: [what, found, words], attributes: { "data-found": found } }));
    const holds = !failed.length && told;
    answer.replaceChildren(
      ...(holds ? [judged(told)] : []),
      made("p", made("strong", said), { id: "evidence-said" }),
      table("evidence-rows", ["What", "Found", "What was seen"], lines),
      ...(holds ? signed(told) : []),
    );
  } catch (error) {
    answer.replaceChildren(made("p", made("strong", `REJECTED: the evidence in this page cannot be read: ${error.message}`), { id: "evidence-said" }));
  }
  button.disabled = false;
}

button.addEventListener("click", show);
// Without a report there is nothing to read until the signed verdict is drawn.
if (!report) show();
