// The search: / opens its field above the list, what it finds stands in the list's place until it is closed.
import { on, run } from "./frame.js";
import { placeList, refreshList, rows } from "./inbox.js";
import { get, parse } from "./server.js";
import { toastProblem } from "./words.js";

const WAIT_MS = 250;
const form = document.getElementById("seek");
const field = form.elements.q;
let timer = 0;
let turn = 0;

export function start() {
  on("search", () => open());
  on("search-for", (source) => { open(); field.value = source.value; seek(); });
  on("unseek", close);
  form.addEventListener("submit", (event) => { event.preventDefault(); seek(); });
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(seek, WAIT_MS); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); close(); }
    if (event.key === "ArrowDown" && rows().length) { event.preventDefault(); rows()[0].focus(); }
  });
  document.getElementById("rows").addEventListener("click", (event) => {
    const link = event.target.closest(".scope a");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    load(link.href);
  });
}

function open() {
  form.hidden = false;
  field.focus();
  field.select();
}

function seek() {
  clearTimeout(timer);
  const words = field.value.trim();
  load(`/desk/search?q=${encodeURIComponent(words)}&view=${encodeURIComponent(document.body.dataset.view)}`);
}

async function load(url) {
  const mine = ++turn;
  form.setAttribute("aria-busy", "true");
  try {
    const { html } = await get(url);
    if (mine === turn && !form.hidden) placeList(parse(html));
  } catch (problem) {
    if (mine === turn) toastProblem(problem);
  } finally {
    if (mine === turn) form.removeAttribute("aria-busy");
  }
}

function close() {
  turn++;
  clearTimeout(timer);
  form.hidden = true;
  field.value = "";
  const list = document.getElementById("list");
  if (!list?.hasAttribute("data-found")) return;
  if (location.pathname === "/desk/search") return location.assign(`/desk?view=${encodeURIComponent(document.body.dataset.view)}`);
  list.removeAttribute("data-found");
  refreshList().then(() => run("next")).catch(toastProblem);
}
