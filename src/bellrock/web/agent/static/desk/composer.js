// Writing: two forms that cannot be confused, sent once, kept as drafts, guarded against a second reply.
import { choices } from "./choices.js";
import { closeCase, merge, refreshTimeline, scrollToEnd, show } from "./conversation.js";
import { keep, settle } from "./drafts.js";
import { on, run } from "./frame.js";
import { neighbour, refreshRow } from "./inbox.js";
import { offer, settleMentions } from "./offers.js";
import { typed } from "./presence.js";
import { parse, post, postJson } from "./server.js";
import { isWaiting, watch } from "./undo.js";
import { mark, selectFirst } from "./variables.js";
import { announce, icon, toast, toastProblem, word } from "./words.js";

const SEND_MS = 120_000; // files may take their time
const box = () => document.getElementById("composer");
const formOf = (kind) => document.getElementById(`write-${kind}`);

export function write(kind) {
  if (!box()) return false;
  box().dataset.mode = kind;
  box().classList.toggle("writes-note", kind === "note");
  for (const mode of ["reply", "note"]) {
    document.getElementById(`panel-${mode}`).hidden = mode !== kind;
    const tab = document.getElementById(`tab-${mode}`);
    tab.setAttribute("aria-selected", mode === kind);
    tab.tabIndex = mode === kind ? 0 : -1;
  }
  if (kind === "note") announce(document.getElementById("only-note").textContent);
  const area = formOf(kind).querySelector("textarea");
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
  return true;
}

export function insert(text) {
  if (!box()) return;
  const area = formOf(box().dataset.mode).querySelector("textarea");
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

// A reply that was taken back, with its files; false where nothing can be written.
export function restore(text, files) {
  if (!box() || !write("reply")) return false;
  const form = formOf("reply");
  if (text !== null) form.elements.text.value = text;
  if (files?.length && form.elements.files) {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    form.elements.files.files = all.files;
    showChosen(form);
  }
  mark(form);
  return true;
}

// Which message the author had seen when they began to write: it moves on only while the field is empty.
export function settleComposer(last) {
  const form = formOf("reply");
  if (form && !form.elements.text.value.trim()) form.elements.seen.value = last;
}

export function start() {
  const main = document.getElementById("main");
  main.addEventListener("click", (event) => {
    const tab = event.target.closest(".mode");
    if (!tab || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    write(tab.dataset.mode);
  });
  main.addEventListener("keydown", (event) => {
    if (event.target.matches(".mode") && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      event.preventDefault();
      write(event.target.dataset.mode === "reply" ? "note" : "reply");
      document.getElementById(`tab-${box().dataset.mode}`).focus();
    }
    if (!event.target.matches("#composer textarea")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const form = event.target.form;
      form.requestSubmit(event.shiftKey ? form.querySelector('[name="then"][value="resolve"]') : null);
    }
    if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.target.value && isWaiting()) {
      event.preventDefault();
      run("undo");
    }
    if (event.key === "Escape") {
      event.preventDefault();
      event.target.blur();
      main.focus({ preventScroll: true });
    }
  });
  main.addEventListener("input", (event) => {
    const form = event.target.closest("#composer form");
    if (!form || event.target.name !== "text") return;
    keep(form);
    mark(form);
    typed(form.dataset.kind);
    if (form.dataset.kind === "reply" && form.elements.text.value.trim()) claim();
  });
  main.addEventListener("scroll", (event) => {
    const mirror = event.target.matches?.("#composer textarea") && event.target.form.querySelector(".mirror");
    if (mirror) mirror.scrollTop = event.target.scrollTop;
  }, { capture: true, passive: true });
  on("canned", () => { if (box() && write(box().dataset.mode)) offer(areaHere(), "#"); });
  on("article", () => { if (box() && write(box().dataset.mode)) offer(areaHere(), "::"); });
  on("mention", () => { if (write("note")) offer(areaHere(), "@"); });
  document.addEventListener("desk:opened", () => { for (const form of document.querySelectorAll("#composer form")) mark(form); });
  main.addEventListener("change", (event) => {
    if (event.target.name === "files") showChosen(event.target.form);
  });
  main.addEventListener("submit", (event) => {
    const form = event.target.closest("#composer form");
    if (!form) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

const areaHere = () => formOf(box().dataset.mode).querySelector("textarea");

// Whoever begins to answer a case that nobody holds takes it.
function claim() {
  const log = document.getElementById("log");
  if (log.dataset.assignee || log.dataset.claimed) return;
  log.dataset.claimed = "true";
  post(`${log.dataset.url}/claim`, new FormData()).catch(() => { delete log.dataset.claimed; });
}

// The files that go with the reply, each with a way to leave it out.
function showChosen(form) {
  const list = form.querySelector(".chosen");
  const input = form.elements.files;
  if (!input) return;
  list.hidden = !input.files.length;
  list.replaceChildren(...[...input.files].map((file) => {
    const item = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    item.className = "tag";
    item.append(name, choice(word("remove"), () => {
      const left = new DataTransfer();
      for (const other of input.files) if (other !== file) left.items.add(other);
      input.files = left.files;
      showChosen(form);
    }));
    return item;
  }));
}

async function send(form, submitter) {
  const button = form.querySelector("button.send");
  const area = form.elements.text;
  const before = document.activeElement;
  if (!area.value.trim() || button.getAttribute("aria-busy") === "true") return;
  if (form.dataset.kind === "reply" && selectFirst(area)) return toast(word("fill_in"), { kind: "signal" });
  settleMentions(form, area.value);
  const data = new FormData(form, submitter?.name ? submitter : undefined);
  data.set("after", document.getElementById("log").dataset.after);
  for (const menu of form.querySelectorAll("details[open]")) menu.open = false;
  button.setAttribute("aria-busy", "true");
  area.readOnly = true;
  tell(word("sending"));
  settle(form); // a draft that came after the reply would be a second one
  const id = document.getElementById("log").dataset.id;
  const isHeld = form.dataset.kind === "reply" && choices.hold_seconds > 0;
  try {
    const html = isHeld ? null : (await post(form.action, data, { patience: SEND_MS })).html;
    const item = isHeld ? await postJson(`${box().dataset.url}/held`, data, { patience: SEND_MS }) : null;
    const files = [...(form.elements.files?.files ?? [])];
    empty(form);
    if (item) watch(item, files);
    if (!form.isConnected) return;
    document.getElementById("guard")?.remove();
    if (data.get("then")) return void (await goOn(id));
    if (html) merge(parse(html));
    settleComposer(document.getElementById("log").dataset.last);
    tell(item ? "" : word(form.dataset.kind === "note" ? "noted" : "sent"));
    refreshRow(id).catch(() => {});
  } catch (problem) {
    tell("");
    keep(form);
    if (problem.code === "answered_meanwhile") await ask(form);
    else toastProblem(problem);
  } finally {
    button.removeAttribute("aria-busy");
    area.readOnly = false;
    // Whoever went on to something else meanwhile is not called back.
    const here = document.activeElement;
    if (form.isConnected && (here === before || here === document.body || form.contains(here))) area.focus();
  }
}

function empty(form) {
  settle(form);
  form.elements.text.value = "";
  if (form.elements.files) form.elements.files.value = "";
  for (const field of form.querySelectorAll("[name=mentions]")) field.remove();
  showChosen(form);
  mark(form);
  form.elements.client_key.value = crypto.randomUUID();
}

// Sent, and resolved or put aside with it: the next one.
async function goOn(id) {
  const next = neighbour(id);
  if (next && next.dataset.id !== id) await show(next.href);
  else closeCase();
  refreshRow(id).catch(() => {});
}

// A colleague was quicker: show their reply, then leave the choice to the author.
async function ask(form) {
  await refreshTimeline().catch(() => {});
  form.elements.seen.value = document.getElementById("log").dataset.last;
  document.getElementById("guard")?.remove();
  const guard = document.createElement("div");
  guard.id = "guard";
  guard.className = "guard";
  guard.setAttribute("role", "alert");
  const notice = document.createElement("div");
  notice.className = "notice lamp";
  const body = document.createElement("div");
  const text = document.createElement("p");
  text.textContent = word("double");
  const choices = document.createElement("div");
  choices.className = "row-of";
  choices.append(
    choice(word("send_anyway"), () => { guard.remove(); form.requestSubmit(); }),
    choice(word("keep_writing"), () => { guard.remove(); form.elements.text.focus(); }),
  );
  body.append(text, choices);
  notice.append(icon("info"), body);
  guard.append(notice);
  form.parentElement.before(guard);
  scrollToEnd();
}

function choice(text, run) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn small";
  button.textContent = text;
  button.addEventListener("click", run);
  return button;
}

function tell(text) {
  const label = document.getElementById("kept");
  if (label) label.textContent = text;
  if (text) announce(text);
}
