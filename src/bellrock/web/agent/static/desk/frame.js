// The frame: light or dark, the reader's clock, the right pane on narrow screens, buttons that need a script.
import { toast, word } from "./words.js";

const YEAR = 31_536_000;
const handlers = new Map();

export function on(name, handler) {
  handlers.set(name, handler);
}

export function run(name, source) {
  handlers.get(name)?.(source);
}

export function remember(key, value) {
  try { localStorage.setItem(`desk.${key}`, value); } catch { /* private mode keeps nothing */ }
}

export function recall(key) {
  try { return localStorage.getItem(`desk.${key}`); } catch { return null; }
}

// Return whether the page is about to be loaded anew.
export function start() {
  const reloads = rememberZone();
  for (const button of document.querySelectorAll("[data-do][hidden]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const source = event.target.closest("[data-do]");
    if (!source || !handlers.has(source.dataset.do)) return;
    event.preventDefault();
    run(source.dataset.do, source);
  });
  on("theme", changeTheme);
  on("pane", togglePane);
  on("close", (source) => source.closest("dialog").close());
  return reloads;
}

// Times are written by the server, in the zone of this cookie.
function rememberZone() {
  const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone);
  if (document.cookie.split("; ").includes(`tz=${zone}`)) return false;
  document.cookie = `tz=${zone}; path=/; max-age=${YEAR}; samesite=lax`;
  if (recall("zone") === zone) return false;
  remember("zone", zone);
  if (!document.cookie.includes("tz=")) return false;
  location.reload();
  return true;
}

function changeTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR}; samesite=lax`;
  toast(word("done"));
}

function togglePane() {
  const isOpen = document.querySelector(".desk").classList.toggle("with-pane");
  for (const button of document.querySelectorAll('[data-do="pane"][aria-expanded]')) button.setAttribute("aria-expanded", isOpen);
  if (isOpen) document.querySelector("#pane button, #pane .scroll")?.focus();
}
