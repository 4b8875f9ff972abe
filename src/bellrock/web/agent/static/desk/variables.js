// Variables that nobody filled in: red in the text, named below it, and nothing is sent while one is left.
import { choices } from "./choices.js";
import { word } from "./words.js";

const names = Object.keys(choices.variables);
const PLACE = new RegExp(`\\{\\{\\s*(${names.join("|")})\\s*\\}\\}`, "g");

export const missingIn = (text) => [...text.matchAll(PLACE)];

export function mark(form) {
  const area = form.elements.text;
  const mirror = form.querySelector(".mirror");
  const label = form.querySelector(".missing");
  const found = area.value.includes("{{") ? missingIn(area.value) : [];
  label.hidden = !found.length;
  mirror.replaceChildren();
  if (!found.length) return label.replaceChildren();
  let last = 0;
  for (const place of found) {
    const red = document.createElement("mark");
    red.textContent = place[0];
    mirror.append(area.value.slice(last, place.index), red);
    last = place.index + place[0].length;
  }
  mirror.append(`${area.value.slice(last)}\n`);
  mirror.scrollTop = area.scrollTop;
  const said = document.createElement("span");
  said.textContent = word("still_missing");
  label.replaceChildren(said, ...[...new Set(found.map((place) => place[1]))].map((name) => button(area, name)));
}

export function selectFirst(area) {
  const [first] = missingIn(area.value);
  if (!first) return false;
  area.focus();
  area.setSelectionRange(first.index, first.index + first[0].length);
  return true;
}

function button(area, name) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "tag signal";
  element.textContent = choices.variables[name];
  element.addEventListener("click", () => {
    const place = missingIn(area.value).find((found) => found[1] === name);
    if (!place) return;
    area.focus();
    area.setSelectionRange(place.index, place.index + place[0].length);
  });
  return element;
}
