// The only build: entry files in, minified files in static/dist out. Run from anywhere: `node yanxiu/kit/frontend/build.mjs`.
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { onlyWanted } from "./tabler.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const out = join(root, "static/dist");

const tablerParts = {
  name: "tabler-parts",
  setup(builder) {
    builder.onLoad({ filter: /tabler\.min\.css$/ }, async ({ path }) => ({ contents: onlyWanted(await readFile(path, "utf8")), loader: "css" }));
  },
};

const exists = (path) => stat(path).then(() => true, () => false);
const entries = { app: "js/app.js", charts: "js/charts.js", exam: "js/exam.js", "player-vendor": "js/player-vendor.js", player: "js/player.js", scorm: "js/scorm.js", "scorm-run": "js/scorm-run.js" };
const present = {};
for (const [name, file] of Object.entries(entries)) {
  if (await exists(join(here, file))) present[name] = join(here, file);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const shared = { bundle: true, minify: true, outdir: out, logLevel: "warning", legalComments: "none", charset: "utf8" };
await build({ ...shared, entryPoints: present, format: "iife", target: "es2020" });
await build({ ...shared, entryPoints: { app: join(here, "css/app.css") }, plugins: [tablerParts], target: ["chrome99", "safari15.4", "firefox97"] });

for (const file of ["app.css", ...Object.keys(present).map((name) => `${name}.js`)]) {
  const content = await readFile(join(out, file));
  console.log(`${file.padEnd(18)} ${(content.length / 1024).toFixed(1).padStart(7)} KB, compressed ${(gzipSync(content).length / 1024).toFixed(1)} KB`);
}
