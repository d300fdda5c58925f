// A package on a page: opens it, listens to its frame on the second origin, keeps what it reports. A save that found no line waits on
// this device and goes out when there is one; only the newest of each unit is needed, because each is whole.
const WAITS = [2, 5, 15, 30];

class Package {
  constructor(root) {
    this.root = root;
    this.facts = root.dataset;
    this.frame = root.querySelector("iframe");
    this.said = root.querySelector("[data-package-said]");
    this.queue = new Map();
    this.failures = 0;
    this.shelf = `yx-package:${this.facts.save ?? ""}`;
    root.querySelector("[data-begin]")?.addEventListener("click", () => this.open());
    root.querySelector("[data-full]")?.addEventListener("click", () => root.querySelector("[data-screen]").requestFullscreen?.());
    for (const one of root.querySelectorAll("[data-sco]")) one.addEventListener("click", () => this.choose(one.dataset.sco));
    for (const one of root.querySelectorAll("[data-move]")) one.addEventListener("click", () => this.step(one.dataset.move));
    addEventListener("message", (event) => this.hear(event));
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("click", (event) => this.go(event));
  }

  async ask(url, fields) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: this.facts.csrf, ...fields })) body.set(name, value);
    return fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: fields.leaves === "1" });
  }

  async open(position) {
    this.say(this.facts.saidOpening);
    try {
      const answer = await this.ask(this.facts.open, { device: localStorage.getItem("yx-device") ?? "" });
      const body = await answer.json();
      if (!answer.ok) return this.say(body.message);
      this.play = { ...body, position: position ?? body.position, key: crypto.randomUUID?.() ?? String(Math.random()) };
    } catch {
      return this.say(this.facts.saidOffline);
    }
    this.origin = new URL(this.play.base).origin;
    this.order = this.play.units.map((one) => one.id);
    this.restore();
    this.root.classList.add("yx-package-open");
    this.frame.hidden = false;
    this.frame.src = `${this.play.base}~run/`;
    this.say("");
    this.after(this.facts.lacking);
  }

  tell(facts) {
    this.frame.contentWindow.postMessage({ key: this.play.key, ...facts }, this.origin);
  }

  hear({ source, origin, data }) {
    if (!this.play || source !== this.frame.contentWindow || origin !== this.origin || !data) return;
    if (data.type === "ready") {
      const { base, edition, units, tree, sequencing, position } = this.play;
      this.tell({ type: "play", base, edition, units, tree, sequencing, position });
    } else if (data.key !== this.play.key) {
      return;
    } else if (data.type === "save") {
      this.keep(data);
    } else if (data.type === "at") {
      this.at(data.sco);
    } else if (data.type === "moves") {
      this.moves(data);
    } else if (data.type === "over") {
      this.say(this.facts.saidOver);
    } else if (data.type === "refused") {
      this.say(this.facts.saidRefused);
    }
  }

  at(sco) {
    this.now = sco;
    for (const one of this.root.querySelectorAll("[data-sco]")) one.toggleAttribute("aria-current", one.dataset.sco === sco);
    if (!this.play.tree) this.moves({ next: this.beside(1) !== undefined, previous: this.beside(-1) !== undefined, choice: {} });
  }

  beside(way) {
    return this.order[this.order.indexOf(this.now) + way];
  }

  moves({ next, previous, choice }) {
    for (const one of this.root.querySelectorAll("[data-move]")) one.disabled = !(one.dataset.move === "continue" ? next : previous);
    for (const one of this.root.querySelectorAll("[data-sco]")) one.disabled = choice?.[one.dataset.sco] === "false";
  }

  choose(sco) {
    if (this.play) this.tell({ type: "go", sco });
    else this.open(sco);
  }

  step(to) {
    if (!this.play) return;
    if (this.play.tree) this.tell({ type: "move", to });
    else if (this.beside(to === "continue" ? 1 : -1)) this.choose(this.beside(to === "continue" ? 1 : -1));
  }

  keep({ sco, values, launch, number, sequencing }) {
    if (!this.facts.save) return;
    const fields = { token: this.play.token, sco, values: JSON.stringify(values), launch, number };
    this.queue.set(sco, sequencing ? { ...fields, sequencing } : fields);
    this.shelve();
    this.say(this.facts.saidSaving);
    this.send();
  }

  // Only time has passed: ask whether that was enough.
  tick() {
    this.queue.set("", { token: this.play.token });
    this.send();
  }

  after(seconds) {
    clearTimeout(this.timer);
    if (this.facts.save) this.timer = setTimeout(() => this.tick(), Math.min(Math.max(Number(seconds) || 120, 5), 120) * 1000);
  }

  async send() {
    if (this.sending || !this.queue.size) return;
    this.sending = true;
    const [sco, fields] = this.queue.entries().next().value;
    let answer = null;
    try {
      answer = await this.ask(this.facts.save, fields);
    } catch {
      this.say(this.facts.saidOffline);
    }
    this.sending = false;
    if (!answer || answer.status >= 500) return this.later(answer);
    this.failures = 0;
    if (this.queue.get(sco) === fields) this.queue.delete(sco);
    this.shelve();
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) this.show(body);
    else this.say(body.message);
    this.send();
  }

  later(answer) {
    const wait = Number(answer?.headers.get("Retry-After")) || WAITS[Math.min(this.failures++, WAITS.length - 1)];
    setTimeout(() => this.send(), wait * 1000 * (0.75 + Math.random() / 2));
  }

  show({ is_done: isDone, is_open: isOpen, lacking, saved_at: savedAt, states, words }) {
    if (!this.queue.size) this.say(`${this.facts.saidSaved} ${savedAt}${isOpen ? "" : `，${this.facts.saidElsewhere}`}，${words}`);
    for (const one of this.root.querySelectorAll("[data-sco]")) one.dataset.state = states[one.dataset.sco] ?? "new";
    if (isDone && !this.root.classList.contains("yx-package-done")) {
      this.root.classList.add("yx-package-done");
      document.body.dispatchEvent(new Event("yx:done"));
    }
    if (isOpen) this.after(isDone ? 120 : lacking);
  }

  say(words) {
    if (words !== undefined) this.said.textContent = words;
  }

  shelve() {
    try {
      const kept = [...this.queue].filter(([sco]) => sco);
      if (kept.length) localStorage.setItem(this.shelf, JSON.stringify(kept));
      else localStorage.removeItem(this.shelf);
    } catch {
      // A full or forbidden store costs at most what is not yet sent.
    }
  }

  // What an earlier visit could not send goes first; its token says which attempt it belongs to.
  restore() {
    try {
      for (const [sco, fields] of JSON.parse(localStorage.getItem(this.shelf)) ?? []) {
        this.queue.set(sco, fields);
        const unit = this.play.units.find((one) => one.id === sco);
        if (unit) unit.data = { ...unit.data, ...JSON.parse(fields.values) };
      }
      this.send();
    } catch {
      localStorage.removeItem(this.shelf);
    }
  }

  // What a unit says when it ends must reach this page before it goes.
  go(event) {
    const link = event.target.closest("a[href]");
    if (!this.play || !link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || link.origin !== location.origin) return;
    event.preventDefault();
    this.tell({ type: "end" });
    setTimeout(() => location.assign(link.href), 300);
  }

  leave() {
    if (!this.play || !this.facts.save) return;
    for (const fields of this.queue.values()) this.ask(this.facts.save, { ...fields, leaves: "1" }).catch(() => {});
    if (!this.queue.size) this.ask(this.facts.save, { token: this.play.token, leaves: "1" }).catch(() => {});
  }
}

document.querySelectorAll("[data-package]").forEach((root) => new Package(root));
