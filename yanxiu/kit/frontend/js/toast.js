// A sentence after an action. It goes by itself after ten seconds, unless it is a refusal or somebody is reading it.
export const toast = () => ({
  timer: 0,
  init() {
    this.start();
  },
  start() {
    if (!this.$root.classList.contains("yx-toast-late")) this.timer = setTimeout(() => this.close(), 10000);
  },
  hold() {
    clearTimeout(this.timer);
  },
  close() {
    this.$root.remove();
  },
});
