// <details class="menu">: one open at a time; Escape, a click elsewhere and leaving it with Tab close it.
// `data-menu-focus` inside gets the focus when it opens.

const openMenus = () => document.querySelectorAll("details.menu[open]");

export function startMenus() {
  document.addEventListener("pointerdown", ({ target }) => closeAllBut(target));
  document.addEventListener("focusin", ({ target }) => closeAllBut(target));
  document.addEventListener("toggle", ({ target }) => target.open && target.querySelector?.("[data-menu-focus]")?.focus(), true);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && [...openMenus()].pop();
    if (!menu) return;
    event.stopImmediatePropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

function closeAllBut(target) {
  for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
}
