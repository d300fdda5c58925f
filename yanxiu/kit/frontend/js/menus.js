// <details> as menus: one open at a time, closed by Escape and by a click elsewhere. Without JavaScript they stay details.
const MENU = "details.yx-menu-popup";

export function installMenus() {
  const close = (except) => {
    for (const menu of document.querySelectorAll(`${MENU}[open]`)) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest?.(MENU)));
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector(`${MENU}[open]`);
    if (event.key !== "Escape" || !open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
}
