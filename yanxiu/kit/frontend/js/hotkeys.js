// Ctrl K goes to the search field.
export function installHotkeys() {
  document.addEventListener("keydown", (event) => {
    const find = document.getElementById("find");
    if (!find || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    find.focus();
    find.select();
  });
}
