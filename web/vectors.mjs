// How many conformance vectors this verifier agrees with: `node web/vectors.mjs VECTORS.jsonl`.
//
// A vector is a line `{"name", "files", "asked", "accepted", "fails"}`, bytes as Base64. What fails must fail here,
// too: whether a bundle is accepted must be the same for all; which rows fail is counted. Exit code 3 where they differ.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { verify } from "./verify.js";

const bytes = (files) => new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text, "base64")]));
const [path] = process.argv.slice(2);
if (!path) {
  console.error("usage: node web/vectors.mjs VECTORS.jsonl");
  process.exit(2);
}
let [vectors, agree, sameRows] = [0, 0, 0];
for await (const line of createInterface({ input: createReadStream(path) })) {
  if (!line) continue;
  const { name, files, asked, accepted, fails } = JSON.parse(line);
  const { rows } = await verify(bytes(files), { ...asked, model: asked.model && bytes(asked.model) });
  const failed = rows.filter((row) => row.found === "fails");
  const found = failed.map((row) => row.what);
  vectors += 1;
  if ((failed.length === 0) === accepted) agree += 1;
  else console.log(`${name}: expected ${accepted ? "accepted" : `rejected by ${fails}`}, got ${found.join(", ") || "accepted"}`);
  if (JSON.stringify(found) === JSON.stringify(fails)) sameRows += 1;
  else if (process.env.ROWS) console.log(`rows of ${name}: expected ${fails}, got`, failed);
}
console.log(`${agree} of ${vectors} vectors agree, ${sameRows} in every row that fails`);
process.exit(agree === vectors && vectors > 0 ? 0 : 3);
