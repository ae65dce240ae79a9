// Bundles the page into the folder named on the command line: page.js, page.css and the licences of what is
// in them. The same sources give the same bytes on every machine: no map, no date, no path goes in.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
// Of its two builds the one that is modules: one scope for all, where the other has a wrapper in a wrapper.
const LEAFLET = path.join(here, "node_modules", "leaflet", "dist", "leaflet-src.esm.js");
const out = path.resolve(process.argv[2] ?? path.join(here, "..", "static"));

const COMMON = {
  absWorkingDir: here,
  bundle: true,
  target: ["es2021", "chrome100", "firefox100", "safari15"],
  minify: true,
  legalComments: "none",
  charset: "ascii",
  write: false,
  logLevel: "warning",
};

/** `bundled:FILE` is the text of a script of its own, which runs beside the page. */
const bundled = {
  name: "bundled",
  setup(page) {
    page.onResolve({ filter: /^bundled:/ }, ({ path: name, resolveDir }) => ({ path: path.resolve(resolveDir, name.slice(8)), namespace: "bundled" }));
    page.onLoad({ filter: /.*/, namespace: "bundled" }, async ({ path: file }) => {
      const made = await build({ ...COMMON, entryPoints: [file], format: "iife" });
      return { contents: made.outputFiles[0].text, loader: "text" };
    });
  },
};

const modules = { name: "modules", setup: (page) => page.onResolve({ filter: /^leaflet$/ }, () => ({ path: LEAFLET })) };

const result = await build({
  ...COMMON,
  entryPoints: { page: "src/main.tsx" },
  outdir: out,
  // Bare, in a function that is called at once: an engine that sees that reads it a single time.
  format: "esm",
  banner: { js: '"use strict";(function(){' },
  footer: { js: "})();" },
  plugins: [modules, bundled],
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".png": "dataurl" },
  // Leaflet asks every browser for Internet Explorer's VML, which throws, and to tell where it was thrown V8 reads the
  // whole script twice more. What it would get is only used where there is no SVG.
  define: { "process.env.NODE_ENV": '"production"', "document.namespaces.add": "Boolean" },
  metafile: true,
});

function packageOf(input) {
  const parts = input.split("node_modules/").at(-1).split("/");
  return parts[0].startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
}

async function licence(name) {
  const folder = path.join(here, "node_modules", name);
  const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).sort().find((one) => /^licen[cs]e/i.test(one));
  const text = file ? await readFile(path.join(folder, file), "utf8") : about.license;
  return `${name} ${about.version} (${about.license})\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
}

const inputs = Object.keys(result.metafile.inputs).filter((one) => one.includes("node_modules/"));
const names = [...new Set(inputs.map(packageOf))].sort();
const licences = await Promise.all(names.map(licence));

await mkdir(out, { recursive: true });
for (const file of result.outputFiles) await writeFile(file.path, file.contents);
await writeFile(path.join(out, "licences.txt"), licences.join("\n" + "-".repeat(72) + "\n\n"));
