// A hand that is down: nothing under it is redrawn before it is up, or its click would go to nobody.
const LONGEST_MS = 10_000;
let held = null; // a promise that ends when the hand is up

export const lifted = () => held;

addEventListener("pointerdown", (event) => {
  if (!event.isPrimary) return;
  const mine = held = new Promise((resolve) => {
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(resolve), { capture: true, once: true });
    setTimeout(resolve, LONGEST_MS);
  });
  mine.then(() => { if (held === mine) held = null; });
}, { capture: true, passive: true });
