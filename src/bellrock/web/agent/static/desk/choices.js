// What this agent chose for their desk: keys, seconds to undo, sounds; kept by the server.
import { put } from "./server.js";

export const choices = JSON.parse(document.getElementById("choices").textContent);

export async function choose(change) {
  const { html } = await put("/desk/choices", change);
  Object.assign(choices, JSON.parse(html));
  document.dispatchEvent(new CustomEvent("desk:chosen"));
}
