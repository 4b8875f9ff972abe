// Drafts: kept by the server a moment after the last key, and at once when the page is left.
import { put } from "./server.js";
import { word } from "./words.js";

const WAIT_MS = 800;
const waiting = new Map(); // form -> timer

export function keep(form) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), WAIT_MS));
}

// The text was sent: there is no draft any more.
export function settle(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
}

export function flush() {
  for (const form of [...waiting.keys()]) save(form, true);
}

async function save(form, isLast = false) {
  settle(form);
  const url = form.closest("#composer")?.dataset.url ?? form.dataset.draftUrl;
  if (!url) return;
  const label = document.getElementById("kept");
  try {
    await put(`${url}/draft`, { kind: form.dataset.kind, text: form.elements.text.value }, { keepalive: isLast });
    if (label) label.textContent = form.elements.text.value.trim() ? word("kept") : "";
  } catch {
    if (label) label.textContent = word("unkept");
    if (!isLast) waiting.set(form, setTimeout(() => save(form), 5000));
  }
}

addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });
