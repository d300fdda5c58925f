// Drag the steps of an outline; the drop sends the form that the menus send too: `place` is module:number.
export const reorder = () => ({
  held: null,
  before: null,
  start(event) {
    this.held = event.target.closest("li[draggable]");
    if (!this.held) return;
    event.dataTransfer.effectAllowed = "move";
    this.held.classList.add("yx-outline-held");
  },
  over(event) {
    const list = event.target.closest("ol[data-module]");
    if (!this.held || !list) return;
    event.preventDefault();
    this.mark(event.target.closest("li"));
  },
  mark(row) {
    this.before?.classList.remove("yx-outline-before");
    this.before = row;
    row?.classList.add("yx-outline-before");
  },
  drop(event) {
    const list = event.target.closest("ol[data-module]");
    if (!this.held || !list) return;
    event.preventDefault();
    const rows = [...list.querySelectorAll("li[draggable]")].filter((row) => row !== this.held);
    const at = rows.indexOf(event.target.closest("li"));
    const form = this.$root.querySelector("form[hidden]");
    form.action = this.held.dataset.move;
    form.elements.place.value = `${list.dataset.module}:${at < 0 ? rows.length + 1 : at + 1}`;
    form.submit();
  },
  end() {
    this.held?.classList.remove("yx-outline-held");
    this.mark(null);
    this.held = null;
  },
});
