// The button of a page that holds evidence: what it found goes into the page as text, never as markup.

const answer = document.getElementById("evidence-answer");
const button = document.getElementById("evidence-check");

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

/** Whether the report that lies in the page is the very one that was signed; nothing where none is shown. */
function reportOfPage(files) {
  const drawn = document.getElementById("overt-report");
  const signed = files.get("report.json");
  if (!drawn || !signed) return null;
  const plain = (text) => written(JSON.parse(text));
  return plain(drawn.textContent) === plain(new TextDecoder().decode(signed));
}

async function check() {
  const files = new Map();
  for (const element of document.querySelectorAll("script[data-file]")) {
    files.set(element.dataset.file, unbase64(element.textContent, element.dataset.file));
  }
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const { rows, told } = await verify(files, { now });
  const isSigned = reportOfPage(files);
  if (isSigned !== null) {
    const words = isSigned
      ? "the report that lies in it is the one that was signed; whether its text says the same is for you to compare"
      : "the report that lies in it is another than was signed";
    rows.push({ what: "this page", found: isSigned ? "holds" : "fails", words });
  }
  rows.push({ what: "re-execution", found: "unchecked", words: "a page has no engine: `overt verify --replay`" });
  return { rows, told };
}

function signed({ evaluator, evaluatedAt, expires, harness, verdict, metrics }) {
  const facts = [
    ["Verdict", `${verdict.outcome}: ${verdict.sentence}`], ["Signed by", evaluator.id], ["Made", evaluatedAt],
    ["Holds until", expires], ["Program", `${harness.name} ${harness.version}, sources ${harness.digest.sha256}`],
  ];
  const figures = metrics.map(({ id, population, estimate, lower, upper }) => ({
    cells: [id, population, estimate, `${lower} to ${upper}`], attributes: {},
  }));
  return [
    made("h3", "What was signed"),
    made("dl", facts.map(([name, text]) => made("div", [made("dt", name), made("dd", text)])), { class: "facts" }),
    table("evidence-figures", ["Figure", "Population", "Estimate", "Bounds"], figures),
  ];
}

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const { rows, told } = await check();
    const failed = rows.filter((row) => row.found === "fails");
    const said = failed.length
      ? `REJECTED: ${failed.map((row) => row.what).join(", ")}. Do not rely on this report.`
      : "What could be checked here holds.";
    const drawn = rows.map(({ what, found, words }) => ({ cells: [what, found, words], attributes: { "data-found": found } }));
    answer.replaceChildren(
      made("p", made("strong", said), { id: "evidence-said" }),
      table("evidence-rows", ["What", "Found", "Words"], drawn),
      ...(failed.length || !told ? [] : signed(told)),
    );
  } catch (error) {
    answer.replaceChildren(made("p", made("strong", `REJECTED: the evidence in this page cannot be read: ${error.message}`), { id: "evidence-said" }));
  }
  button.disabled = false;
});
