// Time left by the server's clock: the page brings both moments, the device's clock only measures what passes in between.
export const countdown = () => ({
  left: "",
  seconds: 0,
  said: "",
  init() {
    const { now } = this.$root.dataset;
    const began = performance.now();
    const tick = () => {
      const total = (Date.parse(this.$root.dataset.until) - Date.parse(now)) / 1000; // the end may be moved
      this.seconds = Math.max(0, Math.round(total - (performance.now() - began) / 1000));
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
