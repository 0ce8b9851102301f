// Bundle the page into dist/ (or, with --tests, the tests into build/tests/).
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const WASM = "node_modules/@litertjs/core/wasm";
// The JSPI form of the runtime is left out: it would serve partly accelerated models only.
const RUNTIMES = ["litert_wasm_threaded_internal", "litert_wasm_internal", "litert_wasm_compat_internal"];
const OPTIONS = { bundle: true, target: "es2022", logLevel: "warning", legalComments: "linked" };

if (process.argv.includes("--tests")) {
  await rm("build/tests", { recursive: true, force: true });
  const tests = (await readdir("test")).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...OPTIONS,
    entryPoints: tests.map((name) => join("test", name)),
    outdir: "build/tests",
    platform: "node",
    format: "esm",
    outExtension: { ".js": ".mjs" },
  });
} else {
  await rm("dist", { recursive: true, force: true });
  await mkdir("dist/wasm", { recursive: true });
  await cp("static", "dist", { recursive: true });
  for (const name of RUNTIMES) {
    for (const suffix of [".js", ".wasm"]) await cp(join(WASM, name + suffix), join("dist/wasm", name + suffix));
  }
  // The worker is a classic script: LiteRT loads its runtime with importScripts.
  await build({ ...OPTIONS, entryPoints: ["src/page.ts"], outdir: "dist", format: "esm", minify: true });
  await build({ ...OPTIONS, entryPoints: ["src/worker.ts"], outdir: "dist", format: "iife", minify: true });
  await build({
    ...OPTIONS,
    entryPoints: ["src/service-worker.ts"],
    outdir: "dist",
    format: "iife",
    minify: true,
    define: { BUILD: JSON.stringify(await digest("dist")) },
  });
}

/** A name for this build: the service worker keeps one cache for each. */
async function digest(folder) {
  const hash = createHash("sha256");
  for (const entry of (await readdir(folder, { recursive: true, withFileTypes: true })).sort()) {
    if (entry.isFile()) hash.update(await readFile(join(entry.parentPath ?? entry.path, entry.name)));
  }
  return hash.digest("hex").slice(0, 16);
}
