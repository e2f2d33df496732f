// What the search of a reference site finds, for queries given as JSON: run as a program by node.
"use strict";
const fs = require("node:fs");
const vm = require("node:vm");
const [, , folder] = process.argv;
const window = {};
const document = {
  documentElement: { dataset: {} },
  currentScript: { dataset: { root: "" } },
  addEventListener() {},
};
const context = vm.createContext({ window, document, addEventListener() {}, localStorage: { getItem: () => null } });
for (const name of ["site.js", "index.js"]) {
  vm.runInContext(fs.readFileSync(`${folder}/assets/${name}`, "utf8"), context);
}
const queries = JSON.parse(fs.readFileSync(0, "utf8"));
const found = queries.map((query) => {
  const { hits, wish } = window.ASC.search(query);
  return { wish, hits: hits.map(({ kind, id }) => [window.ASC_INDEX.kinds[kind], id]) };
});
process.stdout.write(JSON.stringify(found));
