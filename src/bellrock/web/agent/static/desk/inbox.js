// The list: one row anew when its conversation changed, J and K over it, the conversation opened beside it.
import { show } from "./conversation.js";
import { on } from "./frame.js";
import { get, parse, Problem } from "./server.js";
import { announce, toastProblem, word } from "./words.js";

const REFRESH_MS = 60_000;
const rowsBox = () => document.getElementById("rows");
const list = () => document.getElementById("list");
const view = () => document.body.dataset.view;

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
  const isCurrent = currentRow()?.dataset.id === id;
  let item = null;
  try {
    const { status, html } = await get(`/desk/conversations/${id}/row?view=${encodeURIComponent(view())}`);
    if (status !== 204) item = parse(html).querySelector("li");
  } catch (problem) {
    if (!(problem instanceof Problem) || ![403, 404].includes(problem.status)) throw problem;
  }
  const old = document.getElementById(`row-${id}`)?.closest("li");
  const hadFocus = old?.contains(document.activeElement);
  if (!item) {
    old?.remove();
    if (old && !rows().length) await refreshList();
    return;
  }
  if (!list() || list().hidden) return refreshList();
  old?.remove();
  const at = Number(item.firstElementChild.dataset.at);
  const after = rows().find((row) => Number(row.dataset.at) <= at);
  list().insertBefore(item, after?.closest("li") ?? null);
  if (isCurrent) item.firstElementChild.setAttribute("aria-current", "true");
  if (hadFocus) item.firstElementChild.focus({ preventScroll: true });
}

export async function refreshList() {
  const open = document.getElementById("log")?.dataset.id;
  const focused = document.activeElement?.closest?.(".row")?.dataset.id;
  const { html } = await get(`/desk?view=${encodeURIComponent(view())}`);
  rowsBox().replaceChildren(parse(html));
  if (open) markCurrent(open);
  if (focused) document.getElementById(`row-${focused}`)?.focus({ preventScroll: true });
}

export async function refreshViews() {
  const { html } = await get(`/desk/views?view=${encodeURIComponent(view())}`);
  const box = document.getElementById("views");
  const hadFocus = box.contains(document.activeElement) ? document.activeElement.dataset.view : null;
  box.replaceWith(parse(html));
  if (hadFocus) document.querySelector(`#views [data-view="${CSS.escape(hadFocus)}"]`)?.focus();
  const current = document.querySelector("#views [aria-current] .num");
  document.getElementById("view-count").textContent = current?.textContent ?? "";
}

export function step(by) {
  const all = rows();
  if (!all.length) return;
  const from = document.activeElement?.closest?.(".row") ?? currentRow();
  const place = from ? all.indexOf(from) + by : 0;
  const next = all[Math.max(0, Math.min(all.length - 1, place))];
  next.focus();
  if (place >= all.length) announce(word("end_of_list"));
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
      const { html } = await get(source.href);
      const more = parse(html);
      list().append(...more.querySelectorAll("#list > li"));
      const next = more.querySelector('[data-do="more"]');
      if (next) source.href = next.href;
      else source.closest(".more").remove();
    } catch (problem) { toastProblem(problem); }
  });
  on("next", () => step(1));
  on("previous", () => step(-1));
  setInterval(() => { if (document.visibilityState === "visible") refreshList().catch(() => {}); }, REFRESH_MS);
}
