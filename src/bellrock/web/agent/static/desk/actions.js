// Actions of the header: posted as the forms they are, then header, row and list brought up to date.
import { currentId, refreshHeader, refreshTimeline, show, closeCase } from "./conversation.js";
import { insert, write } from "./composer.js";
import { on } from "./frame.js";
import { neighbour, refreshRow } from "./inbox.js";
import { closeMenus, openMenu } from "./menus.js";
import { post } from "./server.js";
import { toast, toastProblem, word } from "./words.js";

export function start() {
  document.getElementById("main").addEventListener("submit", (event) => {
    const form = event.target.closest("#acts form, .case > .bar form");
    if (!form) return;
    event.preventDefault();
    act(form.getAttribute("action"), new FormData(form, event.submitter));
  });
  on("reply", () => write("reply"));
  on("note", () => write("note"));
  on("assign", () => openMenu("assign"));
  on("priority", () => openMenu("priority"));
  on("snooze", () => openMenu("snooze"));
  on("label", () => openMenu("label"));
  on("spam", () => direct("spam", "spam", "yes"));
  on("resolve", () => document.getElementById("resolve")?.form.requestSubmit());
  on("assign-me", () => direct("assignment", "to", "me"));
  on("assign-queue", () => direct("assignment", "to", "queue"));
  on("assign-to", (source) => direct("assignment", "to", source.value));
  on("insert", (source) => insert(source.dataset.text));
  on("copy-reference", async () => {
    const reference = document.querySelector(".case .ref")?.textContent;
    if (!reference) return;
    await navigator.clipboard.writeText(reference).catch(() => {});
    toast(reference);
  });
}

function direct(resource, name, value) {
  if (!currentId()) return;
  const form = new FormData();
  form.set(name, value);
  act(`/desk/conversations/${currentId()}/${resource}`, form);
}

async function act(action, form) {
  const id = currentId();
  const next = neighbour(id);
  const isLast = /\/(resolution|snooze|spam)$/.test(action) && form.get("until") !== "now" && form.get("spam") !== "no"; // resolved or put aside
  closeMenus();
  form.set("view", document.body.dataset.view);
  try {
    await post(action, form);
  } catch (problem) {
    return toastProblem(problem);
  }
  if (isLast) {
    if (action.endsWith("resolution")) offerUndo(id);
    if (action.endsWith("spam")) offerNoSpam(id);
    if (next && next.dataset.id !== id) await show(next.href);
    else { closeCase(); location.assign(`/desk?view=${encodeURIComponent(document.body.dataset.view)}`); return; }
  } else if (/\/(merge|merge\/undo|spam)$/.test(action)) {
    await show(`/desk/conversations/${id}?view=${encodeURIComponent(document.body.dataset.view)}`);
  } else {
    await Promise.all([refreshHeader(), refreshTimeline()]).catch(gone);
  }
  if (action.endsWith("/labels")) openMenu("label");
  refreshRow(id).catch(() => {});
}

function offerNoSpam(id) {
  const form = new FormData();
  form.set("spam", "no");
  const run = () => post(`/desk/conversations/${id}/spam`, form)
    .then(() => show(`/desk/conversations/${id}?view=${encodeURIComponent(document.body.dataset.view)}`))
    .catch(toastProblem);
  toast(word("spam"), { action: { text: word("no_spam"), run } });
}

function offerUndo(id) {
  const run = () => post(`/desk/conversations/${id}/reopening`, new FormData())
    .then(() => show(`/desk/conversations/${id}?view=${encodeURIComponent(document.body.dataset.view)}`))
    .catch(toastProblem);
  toast(word("resolved"), { action: { text: word("undo"), run } });
}

// Moved to a team whose conversations this agent does not see.
function gone(problem) {
  if ([403, 404].includes(problem.status)) location.assign("/desk");
  else toastProblem(problem);
}
