// Bundles the libraries into ../spanlog_query_api/ui/static/vendor, and writes there what they are and under which
// licence. Run by: make vendor. What it writes is committed, so nobody needs Node to use or to install spanlog.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../spanlog_query_api/ui/static/vendor");
const testTarget = join(here, "../../tests/ui/vendor");

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
mkdirSync(testTarget, { recursive: true });

const entries = readdirSync(join(here, "entries")).filter((name) => name.endsWith(".js")).sort();
const result = await build({
  entryPoints: entries.map((name) => join(here, "entries", name)),
  outdir: target,
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none",
  metafile: true,
  absWorkingDir: here,
});
// What the types are, for: npm run check.
for (const name of readdirSync(join(here, "entries")).filter((each) => each.endsWith(".d.ts"))) {
  copyFileSync(join(here, "entries", name), join(target, name));
}
copyFileSync(join(here, "node_modules/uplot/dist/uPlot.min.css"), join(target, "uplot.css"));
copyFileSync(join(here, "node_modules/axe-core/axe.min.js"), join(testTarget, "axe.min.js"));

const names = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) names.add(found[1]);
}
const packages = [...names].sort().map((name) => describe(name));
writeFileSync(join(target, "LICENSES.md"), licences(packages));
const files = readdirSync(target).filter((name) => name !== "manifest.json").sort();
const manifest = {
  packages: Object.fromEntries(packages.map(({ name, version, licence }) => [name, { version, licence }])),
  sha256: Object.fromEntries(files.map((name) => [name, sha256(join(target, name))])),
};
writeFileSync(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

function describe(name) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "license"].map((each) => join(folder, each)).find(existsSync);
  return { name, version, licence: license, text: file ? readFileSync(file, "utf8").trim() : "" };
}

function licences(found) {
  const head = "# The libraries of the web page\n\nBundled by `make vendor`; what they are is in `manifest.json`.\n";
  return head + found.map(({ name, version, licence, text }) =>
    `\n## ${name} ${version} (${licence})\n\n${text.replace(/^/gm, "    ").replace(/[ \t]+$/gm, "")}\n`).join("");
}

function sha256(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
