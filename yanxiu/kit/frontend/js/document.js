// A document in the page: page n of m while reading, zoom, and the keyboard. Pages load as they come near (loading="lazy").
const ZOOMS = [60, 80, 100, 130, 170, 220];

export const pages = () => ({
  page: 1,
  zoom: 2,
  sheets: [],
  init() {
    this.sheets = [...this.$root.querySelectorAll("[data-page]")];
    const seen = new Map();
    const watch = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) seen.set(entry.target, entry.intersectionRatio * entry.boundingClientRect.height);
        const [most] = [...seen].sort((one, other) => other[1] - one[1]);
        if (most?.[1] > 0) this.turn(Number(most[0].dataset.page));
      },
      { root: this.$refs.sheets, threshold: [0, 0.1, 0.25, 0.5, 0.75, 1] },
    );
    for (const sheet of this.sheets) watch.observe(sheet);
    this.size();
  },
  turn(page) {
    if (page === this.page) return;
    this.page = page;
    this.$dispatch("page", { page, all: this.sheets.length });
  },
  get place() {
    return `${this.page} / ${this.sheets.length}`;
  },
  get percent() {
    return `${ZOOMS[this.zoom]}%`;
  },
  go(page) {
    const place = this.sheets[Math.max(1, Math.min(this.sheets.length, page)) - 1];
    this.$refs.sheets.scrollTo({ top: place.offsetTop - this.$refs.sheets.offsetTop });
  },
  back() {
    this.go(this.page - 1);
  },
  on() {
    this.go(this.page + 1);
  },
  size() {
    this.$refs.sheets.style.setProperty("--zoom", ZOOMS[this.zoom] / 100);
  },
  closer() {
    this.zoom = Math.min(ZOOMS.length - 1, this.zoom + 1);
    this.size();
  },
  wider() {
    this.zoom = Math.max(0, this.zoom - 1);
    this.size();
  },
  key(event) {
    const keys = { PageDown: () => this.on(), PageUp: () => this.back(), Home: () => this.go(1), End: () => this.go(this.sheets.length) };
    const act = { ...keys, ArrowRight: keys.PageDown, ArrowLeft: keys.PageUp, "+": () => this.closer(), "=": () => this.closer(), "-": () => this.wider() }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  },
});
