// Rows with checkboxes: all or none, and how many are chosen, in a bar that appears on top of the list.
export const selection = () => ({
  count: 0,
  init() {
    this.look();
  },
  boxes() {
    return [...this.$root.querySelectorAll("input[type=checkbox][data-row]:not(:disabled)")];
  },
  look() {
    const boxes = this.boxes();
    this.count = boxes.filter((box) => box.checked).length;
    const all = this.$root.querySelector("[data-all]");
    if (all) {
      all.checked = boxes.length > 0 && this.count === boxes.length;
      all.indeterminate = this.count > 0 && this.count < boxes.length;
    }
  },
  all(event) {
    for (const box of this.boxes()) box.checked = event.target.checked;
    this.look();
  },
  none() {
    for (const box of this.boxes()) box.checked = false;
    this.look();
  },
  get any() {
    return this.count > 0;
  },
  get nothing() {
    return this.count === 0;
  },
});
