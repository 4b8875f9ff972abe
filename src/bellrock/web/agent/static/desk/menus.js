// Menus are <details>: one open at a time, closed by Escape or a click beside, walked with the arrows.
export function openMenu(id) {
  const menu = document.getElementById(`menu-${id}`);
  if (!menu) return false;
  menu.open = true;
  menu.querySelector("button")?.focus();
  return true;
}

export function closeMenus(except = null) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
}

export function start() {
  document.addEventListener("click", (event) => {
    const menu = event.target.closest("details.menu");
    closeMenus(menu);
    if (menu && event.target.closest("[data-do]")) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.stopPropagation();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp" || event.target.matches("input, select, textarea")) return;
    const items = [...menu.querySelectorAll(":scope > div :is(a, button):not([hidden])")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    const place = items.indexOf(document.activeElement);
    items.at((place + step) % items.length)?.focus();
    event.preventDefault();
  });
}
