// A picture large: arrows to the next, plus and minus to zoom, and a brush that paints over what nobody should see.
import { currentId, log, renew } from "./conversation.js";
import { post } from "./server.js";
import { announce, toast, toastProblem, word } from "./words.js";

const SCALE = 10_000;
const STEP = 150;
const LEAST = 100;
const ZOOMS = [1, 1.5, 2, 3, 4, 6];
const dialog = document.getElementById("lightbox");
const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
const sheet = part("sheet");
const image = sheet.querySelector("img");
let pictures = [];
let place = 0;
let zoom = 0;
let isPainting = false;

export function start() {
  document.getElementById("main").addEventListener("click", (event) => {
    const link = event.target.closest("a[data-look]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    pictures = [...log().querySelectorAll("a[data-look]")];
    open(pictures.indexOf(link));
  });
  part("in").addEventListener("click", () => scale(1));
  part("out").addEventListener("click", () => scale(-1));
  part("paint").addEventListener("click", () => paint(true));
  part("stop").addEventListener("click", () => paint(false));
  part("add").addEventListener("click", () => add([3500, 4000, 6500, 6000]).focus());
  part("keep").addEventListener("click", keep);
  dialog.addEventListener("keydown", press);
  dialog.addEventListener("close", () => paint(false));
  sheet.addEventListener("pointerdown", drag);
}

function open(index) {
  place = index;
  const link = pictures[place];
  zoom = 0;
  paint(false);
  scale(0);
  image.src = link.href;
  image.alt = link.querySelector("img").alt;
  document.getElementById("lightbox-name").textContent = link.querySelector(".name").textContent;
  part("place").textContent = pictures.length > 1 ? `${place + 1} / ${pictures.length}` : "";
  part("save").href = link.href;
  part("paint").hidden = !("mayPaint" in link.dataset);
  if (!dialog.open) dialog.showModal();
  part("stage").focus();
  announce(image.alt);
}

function scale(step) {
  zoom = Math.min(Math.max(zoom + step, 0), ZOOMS.length - 1);
  sheet.style.setProperty("--zoom", ZOOMS[zoom]);
  part("out").disabled = zoom === 0;
  part("in").disabled = zoom === ZOOMS.length - 1;
}

function press(event) {
  const box = event.target.closest(".box");
  if (box) return moveBox(event, box);
  if (event.target.closest("button, a") && event.key === "Enter") return;
  if (event.key === "+" || event.key === "=") scale(1);
  else if (event.key === "-") scale(-1);
  else if (event.key === "0") { zoom = 0; scale(0); }
  else if (!isPainting && zoom === 0 && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
    const forward = (event.key === "ArrowRight") !== (document.dir === "rtl");
    open((place + (forward ? 1 : pictures.length - 1)) % pictures.length);
  } else return;
  event.preventDefault();
}

function paint(on) {
  isPainting = on;
  dialog.classList.toggle("painting", on);
  part("brush").hidden = !on;
  part("paint").setAttribute("aria-pressed", on);
  if (!on) for (const box of sheet.querySelectorAll(".box")) box.remove();
  settle();
}

function add([left, top, right, bottom]) {
  const box = document.createElement("button");
  box.type = "button";
  box.className = "box";
  sheet.append(box);
  set(box, [left, top, right, bottom]);
  settle();
  return box;
}

function set(box, edges) {
  box.edges = edges;
  const [left, top, right, bottom] = edges;
  Object.assign(box.style, { left: `${left / 100}%`, top: `${top / 100}%`, width: `${(right - left) / 100}%`, height: `${(bottom - top) / 100}%` });
}

function settle() {
  const boxes = [...sheet.querySelectorAll(".box")];
  boxes.forEach((box, index) => box.setAttribute("aria-label", word("box", { number: index + 1 })));
  part("keep").disabled = !boxes.length;
}

function moveBox(event, box) {
  const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
  if (event.key === "Delete" || event.key === "Backspace") {
    box.remove();
    settle();
    part("add").focus();
  } else if (x || y) {
    let [left, top, right, bottom] = box.edges;
    if (event.shiftKey) {
      right = Math.min(Math.max(right + x * STEP, left + LEAST), SCALE);
      bottom = Math.min(Math.max(bottom + y * STEP, top + LEAST), SCALE);
    } else {
      const dx = Math.min(Math.max(x * STEP, -left), SCALE - right);
      const dy = Math.min(Math.max(y * STEP, -top), SCALE - bottom);
      [left, right, top, bottom] = [left + dx, right + dx, top + dy, bottom + dy];
    }
    set(box, [left, top, right, bottom]);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function drag(event) {
  if (!isPainting || event.button !== 0) return;
  if (event.target.closest(".box")) return;
  event.preventDefault();
  const frame = image.getBoundingClientRect();
  const at = (moved) => [
    Math.round(Math.min(Math.max((moved.clientX - frame.left) / frame.width, 0), 1) * SCALE),
    Math.round(Math.min(Math.max((moved.clientY - frame.top) / frame.height, 0), 1) * SCALE),
  ];
  const from = at(event);
  let box = null;
  const move = (moved) => {
    const to = at(moved);
    const edges = [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])];
    if (edges[2] - edges[0] < LEAST || edges[3] - edges[1] < LEAST) return;
    if (box) set(box, edges);
    else box = add(edges);
  };
  sheet.setPointerCapture(event.pointerId);
  sheet.addEventListener("pointermove", move);
  sheet.addEventListener("pointerup", () => sheet.removeEventListener("pointermove", move), { once: true });
}

async function keep() {
  const link = pictures[place];
  const form = new FormData();
  form.set("boxes", [...sheet.querySelectorAll(".box")].map((box) => box.edges.join(",")).join(";"));
  part("keep").disabled = true;
  try {
    await post(`/desk/files/${link.dataset.look}/redaction`, form, { patience: 60_000 });
    dialog.close();
    if (currentId()) await renew();
    toast(word("painted"));
  } catch (problem) {
    toastProblem(problem);
    part("keep").disabled = false;
  }
}
