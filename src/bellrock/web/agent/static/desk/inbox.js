// The list: one row anew when its conversation changed, J and K over it, the conversation opened beside it.
import { show } from "./conversation.js";
import { on, run } from "./frame.js";
import { get, getJson, parse, Problem } from "./server.js";
import { announce, toastProblem, word } from "./words.js";

const REFRESH_MS = 60_000;
const PAGES_MAX = 10;
const rowsBox = () => document.getElementById("rows");
const list = () => document.getElementById("list");
const view = () => document.body.dataset.view;
const rowOf = (id) => list()?.querySelector(`.row[data-id="${id}"]`);
let changes = 0; // rows that changed by themselves since the page was loaded
// What a search found stands still: it is no list of a view.
const isSearch = () => Boolean(list()?.hasAttribute("data-found"));

export const rows = () => [...document.querySelectorAll("#list .row")];
export const currentRow = () => document.querySelector("#list .row[aria-current]");

export function markCurrent(id) {
  for (const row of rows()) {
    if (row.dataset.id === id) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

// The row after the open one, or before it at the end: where "resolve and open next" goes.
export function neighbour(id) {
  const all = rows();
  const place = all.findIndex((row) => row.dataset.id === id);
  return all[place + 1] ?? all[place - 1] ?? null;
}

export async function refreshRow(id) {
  if (isSearch()) return;
  const isCurrent = currentRow()?.dataset.id === id;
  let item = null;
  try {
    const { status, html } = await get(`/desk/conversations/${id}/row?view=${encodeURIComponent(view())}`);
    if (status !== 204) item = parse(html).querySelector("li");
  } catch (problem) {
    if (!(problem instanceof Problem) || ![403, 404].includes(problem.status)) throw problem;
  }
  if (isSearch()) return; // one was begun meanwhile
  changes++;
  const old = rowOf(id)?.closest("li");
  const hadFocus = old?.contains(document.activeElement);
  if (!item) {
    old?.remove();
    if (old && !rows().length) await refreshList();
    return;
  }
  if (!list() || list().hidden) return refreshList();
  old?.remove();
  const place = Number(item.firstElementChild.dataset.place);
  const after = rows().find((row) => Number(row.dataset.place) >= place);
  // Behind the last row that is loaded it will come with the next page.
  if (!after && !old && rowsBox().querySelector(".more [data-do=more]")) return;
  list().insertBefore(item, after?.closest("li") ?? null);
  if (isCurrent) item.firstElementChild.setAttribute("aria-current", "true");
  if (hadFocus) item.firstElementChild.focus({ preventScroll: true });
  listed();
}

export async function refreshList(tries = 2) {
  if (isSearch()) return;
  const before = changes;
  const fresh = parse((await get(`/desk?view=${encodeURIComponent(view())}`)).html);
  await unfold(fresh);
  if (isSearch()) return;
  if (changes !== before && tries) return refreshList(tries - 1); // it may be older than a row that is shown
  const scrolled = rowsBox().scrollTop;
  placeList(fresh);
  rowsBox().scrollTop = scrolled;
}

// Whoever opened more pages keeps them: fetch further ones until as many rows are there as were shown.
async function unfold(fresh) {
  for (let page = 1; page < PAGES_MAX; page++) {
    const next = fresh.querySelector(".more [data-do=more]");
    if (!next || fresh.querySelectorAll("#list > li").length >= rows().length) return;
    lengthen(fresh, parse((await get(next.getAttribute("href"))).html));
  }
}

// Put the rows of the next page under those of a list, without those it has; return the new ones.
function lengthen(shown, more) {
  const known = new Set([...shown.querySelectorAll("#list .row")].map((row) => row.dataset.id));
  const added = [...more.querySelectorAll("#list > li")].filter((item) => !known.has(item.querySelector(".row").dataset.id));
  shown.querySelector("#list").append(...added);
  const end = shown.querySelector(".more");
  const next = more.querySelector(".more");
  if (next) end.replaceWith(next);
  else end.remove();
  return added;
}

// Put other rows into the list's place; the open conversation and the focus stay where they are.
export function placeList(fresh) {
  const open = document.getElementById("log")?.dataset.id;
  const focused = document.activeElement?.closest?.(".row")?.dataset.id;
  rowsBox().replaceChildren(fresh);
  if (open) markCurrent(open);
  if (focused) rowOf(focused)?.focus({ preventScroll: true });
  listed();
}

export async function refreshViews() {
  const counts = await getJson("/desk/counts");
  for (const link of document.querySelectorAll("[data-view]:is(a)")) {
    if (!(link.dataset.view in counts)) continue;
    link.querySelector(".num").textContent = counts[link.dataset.view];
    if (link.matches("#views [aria-current]") && link.dataset.view === view()) document.getElementById("view-count").textContent = counts[link.dataset.view];
  }
}

export function step(by) {
  const all = rows();
  if (!all.length) return;
  const from = document.activeElement?.closest?.(".row") ?? currentRow();
  const place = from ? all.indexOf(from) + by : 0;
  const next = all[Math.max(0, Math.min(all.length - 1, place))];
  next.focus();
  if (place < all.length) return;
  const more = rowsBox().querySelector(".more [data-do=more]");
  if (more) run("more", more);
  else announce(word("end_of_list"));
}

export function start() {
  rowsBox().addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    show(row.href);
  });
  on("more", async (source) => {
    try {
      const more = parse((await get(source.href)).html);
      const first = lengthen(rowsBox(), more);
      first[0]?.querySelector(".row").focus({ preventScroll: true });
      listed();
    } catch (problem) { toastProblem(problem); }
  });
  on("next", () => step(1));
  on("previous", () => step(-1));
  setInterval(() => { if (document.visibilityState === "visible") refreshList().catch(() => {}); }, REFRESH_MS);
}

function listed() {
  document.dispatchEvent(new CustomEvent("desk:listed"));
}
