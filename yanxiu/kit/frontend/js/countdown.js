// Time left by the server's clock: the page brings both moments, the device's clock only measures what passes in between.
export const countdown = () => ({
  left: "",
  seconds: 0,
  said: "",
  init() {
    const opened = performance.now();
    const tick = () => {
      const { until, now, began = opened } = this.$root.dataset; // the end may be moved, and the server's clock better known
      this.seconds = Math.max(0, Math.round((Date.parse(until) - Date.parse(now) - performance.now() + Number(began)) / 1000));
      this.left = `${String(Math.floor(this.seconds / 60)).padStart(2, "0")}:${String(this.seconds % 60).padStart(2, "0")}`;
      if (this.seconds === 300 || this.seconds === 60) this.said = this.$root.dataset[this.seconds === 300 ? "five" : "one"] || "";
      if (this.seconds === 0) {
        clearInterval(timer);
        this.$dispatch("time-up");
      }
    };
    const timer = setInterval(tick, 1000);
    tick();
  },
  get tone() {
    return { "yx-late": this.seconds <= 60, "yx-warn": this.seconds > 60 && this.seconds <= 300 };
  },
});
