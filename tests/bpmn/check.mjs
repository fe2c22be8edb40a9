// Reads BPMN files as bpmn-moddle and bpmnlint (its recommended rules) do; tells what they say of each, as JSON.
import fs from "node:fs";
import { createRequire } from "node:module";
import { BpmnModdle } from "bpmn-moddle";

const require = createRequire(import.meta.url);
const Linter = require("bpmnlint/lib/linter");
const NodeResolver = require("bpmnlint/lib/resolver/node-resolver");
const resolver = new NodeResolver({ require });

const findings = {};
for (const path of process.argv.slice(2)) {
  const { rootElement, warnings } = await new BpmnModdle().fromXML(fs.readFileSync(path, "utf8"));
  const linter = new Linter({ config: { extends: "bpmnlint:recommended" }, resolver }); // its rules remember a file
  const reports = Object.entries(await linter.lint(rootElement)).flatMap(([rule, found]) =>
    found.map(({ id, message }) => `${rule}: ${id}: ${message}`));
  findings[path] = [...warnings.map(({ message }) => `moddle: ${message}`), ...reports];
}
console.log(JSON.stringify(findings));
