// A file field that takes dropped files and says what was chosen, before anything is sent.
export const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

export const hovering = {
  over: false,
  enter(event) {
    event.preventDefault();
    this.over = true;
  },
  leave() {
    this.over = false;
  },
};

export const dropzone = () => ({
  ...hovering,
  chosen: "",
  tooLarge: false,
  input() {
    return this.$root.querySelector("input[type=file]");
  },
  drop(event) {
    event.preventDefault();
    this.over = false;
    this.input().files = event.dataTransfer.files;
    this.look();
  },
  look() {
    const files = [...this.input().files];
    const limit = Number(this.$root.dataset.limit || 0);
    this.chosen = files.map((file) => `${file.name} ${size(file.size)}`).join("；");
    this.tooLarge = limit > 0 && files.some((file) => file.size > limit);
  },
  get tone() {
    return { "yx-drop-over": this.over, "yx-drop-filled": Boolean(this.chosen) };
  },
});
