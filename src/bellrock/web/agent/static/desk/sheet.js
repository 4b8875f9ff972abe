// The sheet: one dialog for what a moment needs, such as filters or the preview of a change.
import { on } from "./frame.js";
import { get, parse } from "./server.js";
import { toastProblem } from "./words.js";

export const sheet = document.getElementById("sheet");

export async function openSheet(url) {
  try {
    fill((await get(url)).html);
  } catch (problem) { toastProblem(problem); }
}

export function fill(html) {
  sheet.replaceChildren(parse(html));
  const title = sheet.querySelector("h2");
  if (title) {
    title.id = "sheet-title";
    sheet.setAttribute("aria-labelledby", "sheet-title");
  }
  if (!sheet.open) sheet.showModal();
  (sheet.querySelector("[autofocus]") ?? sheet.querySelector("input:not([type=hidden]), select, .btn.main"))?.focus();
}

export function closeSheet() {
  sheet.close();
}

export function start() {
  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
  sheet.addEventListener("close", () => sheet.replaceChildren());
  on("filters", () => openSheet(`/desk/filters?view=${encodeURIComponent(document.body.dataset.view)}`));
}
