// A form that keeps itself: it asks the server to store 1.5 s after the last key and says so with the server's time.
export const autosave = () => ({
  state: "",
  timer: 0,
  dirty: false,
  init() {
    addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
  },
  later() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 1500);
  },
  async save() {
    const form = this.$root;
    clearTimeout(this.timer);
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: this.words(form), headers: { Accept: "application/json" } });
      const said = await answer.json();
      this.dirty = !answer.ok;
      this.state = answer.ok ? `${form.dataset.saved} ${said.at}` : said.message;
    } catch {
      this.state = form.dataset.offline;
    }
  },
  // Files go with the form itself, not with every pause in typing.
  words(form) {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  },
  done() {
    clearTimeout(this.timer);
    this.dirty = false;
  },
});
