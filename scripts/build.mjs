// Build the styles and scripts of every web area.
//
//   src/bellrock/web/<area>/static/main.js|jsx     -> dist/<area>.<hash>.js         manifest key "<area>.js"
//   src/bellrock/web/<area>/static/main.css        -> dist/<area>.<hash>.css        manifest key "<area>.css"
//   src/bellrock/web/<area>/static/<x>.entry.js    -> dist/<area>-<x>.<hash>.js     manifest key "<area>-<x>.js"
//
// Everything is one self-contained file per entry, so that pages need no import map and no inline script.
// `node scripts/build.mjs --watch` rebuilds when a source changes.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const web = join(root, "src/bellrock/web");
const dist = join(web, "dist");
const WIDGET_KB_MAX = 30;

const shared = {
  bundle: true,
  minify: true,
  write: false,
  charset: "utf8",
  legalComments: "none",
  target: ["chrome111", "firefox115", "safari16.4"],
  logLevel: "warning",
  outdir: dist,
  assetNames: "[name].[hash]",
};

// `x.shadow.css`, imported by a script, becomes text for a constructable stylesheet of a shadow root. A rem of a stranger's
// page can be anything, so it is counted out here.
const shadowStyles = {
  name: "shadow-styles",
  setup: (on) =>
    on.onLoad({ filter: /\.shadow\.css$/ }, async ({ path }) => {
      const result = await build({ ...shared, entryPoints: [path] });
      const text = result.outputFiles[0].text.replace(/(\d*\.?\d+)rem\b/g, (_, n) => `${Math.round(n * 1600) / 100}px`);
      return { contents: text.trim(), loader: "text" };
    }),
};
const scripts = {
  ...shared,
  plugins: [shadowStyles],
  format: "iife",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".svg": "text", ".css": "text" },
  define: { "process.env.NODE_ENV": '"production"' },
};
const styles = { ...shared, loader: { ".svg": "file", ".png": "file", ".webp": "file", ".woff2": "file" } };

function entries() {
  const found = [];
  if (!existsSync(web)) return found;
  for (const area of readdirSync(web, { withFileTypes: true })) {
    const folder = join(web, area.name, "static");
    if (!area.isDirectory() || area.name === "dist" || !existsSync(folder)) continue;
    for (const file of readdirSync(folder)) {
      const entry = /^(?:main|(?<name>[\w-]+)\.entry)\.(?<kind>js|jsx|css)$/.exec(file);
      if (!entry) continue;
      const { name, kind } = entry.groups;
      const key = (name ? `${area.name}-${name}` : area.name) + (kind === "css" ? ".css" : ".js");
      found.push({ key, path: join(folder, file), kind });
    }
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function buildAll() {
  const files = new Map();
  const manifest = {};
  for (const { key, path, kind } of entries()) {
    const result = await build({ ...(kind === "css" ? styles : scripts), entryPoints: [path] });
    for (const output of result.outputFiles) {
      const isEntry = basename(output.path) === basename(path).replace(/\.jsx$/, ".js");
      if (!isEntry) {
        files.set(basename(output.path), output.contents);
        continue;
      }
      const hash = createHash("sha256").update(output.contents).digest("hex").slice(0, 10);
      const name = `${key.slice(0, -extname(key).length)}.${hash}${extname(key)}`;
      files.set(name, output.contents);
      manifest[key] = name;
    }
  }
  mkdirSync(dist, { recursive: true });
  for (const [name, contents] of files) writeFileSync(join(dist, name), contents);
  // The manifest is swapped in last, so that a server which reads it meanwhile sees the old set or the new one.
  writeFileSync(join(dist, "manifest.new"), JSON.stringify(manifest, null, 2) + "\n");
  renameSync(join(dist, "manifest.new"), join(dist, "manifest.json"));
  for (const name of readdirSync(dist)) {
    if (name !== "manifest.json" && name !== ".stamp" && !files.has(name)) rmSync(join(dist, name));
  }
  const kilobytes = [...files.values()].reduce((sum, contents) => sum + contents.length, 0) / 1000;
  console.log(`assets: ${files.size} files, ${kilobytes.toFixed(1)} kB`);
  weighWidget(files, manifest);
}

// What a customer's phone loads for the chat: loader and app, as they travel.
function weighWidget(files, manifest) {
  const names = [manifest["widget.js"], manifest["widget-app.js"]].filter(Boolean);
  const kilobytes = names.reduce((sum, name) => sum + gzipSync(files.get(name), { level: 9 }).length, 0) / 1000;
  if (!names.length) return;
  console.log(`widget: ${kilobytes.toFixed(1)} kB gzip of ${WIDGET_KB_MAX}`);
  if (kilobytes > WIDGET_KB_MAX) throw new Error(`the widget is larger than ${WIDGET_KB_MAX} kB gzip`);
}

await buildAll();
if (process.argv.includes("--watch")) {
  let pending;
  watch(web, { recursive: true }, (_event, name) => {
    if (!name || name.startsWith("dist") || !name.includes("static")) return;
    clearTimeout(pending);
    pending = setTimeout(() => buildAll().catch((error) => console.error(error.message)), 100);
  });
}
