// The inbox of an approver by keys: J next, K previous, A approve, R return. Shown on screen; off in fields and when switched off.
export const approvals = () => ({
  off: false,
  init() {
    this.off = localStorage.getItem("approval-keys") === "off";
  },
  toggleKeys() {
    this.off = !this.off;
    localStorage.setItem("approval-keys", this.off ? "off" : "on");
  },
  get on() {
    return !this.off;
  },
  key(event) {
    if (this.off || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const act = { j: () => this.step(1), k: () => this.step(-1), a: () => this.point("approve"), r: () => this.point("return") }[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
  },
  step(by) {
    const links = [...this.$root.querySelectorAll("[data-item] a[href]")];
    const at = links.findIndex((link) => link.getAttribute("aria-current"));
    const next = links[Math.min(links.length - 1, Math.max(0, at + by))];
    if (next && next !== links[at]) next.click();
  },
  // A key brings the button under the finger; the decision itself stays a deliberate Enter.
  point(name) {
    this.$root.querySelector(`[data-decision="${name}"]`)?.focus();
  },
});
