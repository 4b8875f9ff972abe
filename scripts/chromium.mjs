// Unpack the Chromium of the package @sparticuz/chromium below node_modules and print where it is, for the browser tests.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "node_modules", ".cache", "chromium");
mkdirSync(folder, { recursive: true });
process.env.TMPDIR = folder;
const { default: chromium, inflate } = await import("@sparticuz/chromium");
const path = await chromium.executablePath();
const libraries = join(root, "node_modules/@sparticuz/chromium/bin/al2023.tar.br");
if (existsSync(libraries)) await inflate(libraries);
console.log(path);
