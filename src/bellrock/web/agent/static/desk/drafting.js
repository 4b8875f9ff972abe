// What a language model writes: into the field, to be read and changed; beside it, which articles it is from.
import { currentId } from "./conversation.js";
import { on } from "./frame.js";
import { getJson, postJson } from "./server.js";
import { announce, toast, toastProblem, word } from "./words.js";

const WAIT_MS = 40_000; // longer than the server waits for the model

export function start() {
  on("drafting", (source) => ask(source, "reply", "drafting").catch(toastProblem));
  on("sum-up", (source) => ask(source, "note", "summary").catch(toastProblem));
  on("suggest", () => suggest().catch(toastProblem));
  for (const news of ["desk:opened", "desk:pane"]) document.addEventListener(news, watchFitting);
  watchFitting();
}

// Articles that fit are looked for when somebody gets to see the place for them, once a case.
function watchFitting() {
  const place = document.getElementById("fitting");
  if (!place || place.dataset.watched) return;
  place.dataset.watched = "true";
  const watcher = new IntersectionObserver((seen) => {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    fillFitting(place).catch(() => {}); // what the page came with stays
  });
  watcher.observe(place);
}

async function fillFitting(place) {
  const found = await getJson(place.dataset.url);
  if (!found.length || !place.isConnected) return;
  const list = document.createElement("ul");
  list.className = "past";
  for (const item of found) {
    const line = place.querySelector("template").content.cloneNode(true);
    const link = line.querySelector("a");
    link.href = item.url;
    link.lang = item.lang;
    link.textContent = item.title;
    line.querySelector("button").dataset.text = item.text;
    list.append(line);
  }
  place.querySelector("ul, p")?.remove();
  place.querySelector("h3").after(list);
}

async function ask(source, kind, resource) {
  if (source.getAttribute("aria-busy") === "true") return;
  const form = document.getElementById(`write-${kind}`);
  source.setAttribute("aria-busy", "true");
  announce(word("writing"));
  try {
    const made = await postJson(`/desk/conversations/${currentId()}/${resource}`, new FormData(), { patience: WAIT_MS });
    if (!form.isConnected) return; // another case is open by now
    put(form, made.text);
    const beside = form.querySelector(".by-machine");
    const titles = made.sources.map((item) => item.title).join(" · ");
    beside.textContent = [word("by_machine"), titles].filter(Boolean).join(" ");
    beside.hidden = false;
  } finally {
    source.removeAttribute("aria-busy");
  }
}

// The answer that fits best, by one key: into the reply, never sent by itself.
async function suggest() {
  const form = document.getElementById("write-reply");
  if (!form) return;
  const [best] = await getJson(`/desk/conversations/${currentId()}/articles?q=`);
  if (!best) return toast(word("no_article"));
  if (!form.isConnected) return;
  document.getElementById("tab-reply").click();
  put(form, best.text);
  announce(best.title);
}

function put(form, text) {
  const area = form.elements.text;
  const before = area.value.trim() ? `${area.value.trimEnd()}\n\n` : "";
  area.value = before + text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}
