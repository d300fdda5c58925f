// A sheet on this device: every change is kept here at once and sent within seconds; the clock and the verdict are the server's.
import { Answers } from "./answers.js";
import { store } from "./kept.js";

const PAUSE = 2000; // how long what is typed is gathered
const NEWS = 45_000; // how often a quiet page asks whether it still holds the sheet

class Exam {
  constructor(form) {
    const { ticket, issued, sitting, person, door } = form.dataset;
    Object.assign(this, { form, words: form.dataset, page: `${person}:${sitting}`, timers: new Map(), written: 0, flags: new Set(store(`yx-flags-${sitting}`) ?? []) });
    Object.assign(this, { ticket, issued: Number(issued), since: performance.getEntriesByType("navigation")[0]?.responseStart ?? 0 });
    this.answers = new Answers({ url: door, ticket: () => this.ticket, onAnswer: (...said) => this.hear(...said), onSaid: (...said) => this.lost(...said) });
    this.answers.page = this.page;
    document.getElementById("network")?.remove(); // this page says it better
    const number = (target) => target.closest("[data-question]")?.dataset.question;
    form.addEventListener("input", ({ target }) => number(target) && this.later(number(target), target.matches("textarea, [type=text]") ? PAUSE : 0));
    form.addEventListener("click", ({ target }) => this.flag(target.closest("[data-flag]")?.dataset.flag));
    form.addEventListener("submit", (event) => this.leave(event));
    form.addEventListener("time-up", () => this.end());
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => this.look());
    setInterval(() => this.answers.send(true), NEWS);
    this.set();
    this.draw();
    this.begin();
  }

  // What an earlier page left is sent first; then the page shows what the server holds.
  async begin() {
    if (!(await this.answers.works())) this.warn(this.words.saidUnsafe);
    if (!(await this.left())) return;
    await this.answers.send();
    if (!(await this.left())) location.reload();
  }

  async left() {
    return (await this.answers.rows()).filter((row) => row.page === this.page).length;
  }

  later(number, pause) {
    if (!this.timers.has(number)) this.timers.set(number, setTimeout(() => this.keep(number), pause));
    this.draw();
  }

  // Milliseconds since the ticket came, no two alike: what is written later is later, on this device and for the server.
  keep(number) {
    clearTimeout(this.timers.get(number));
    this.timers.delete(number);
    this.written = Math.max(this.issued + Math.max(0, Math.round(performance.now() - this.since)), this.written + 1);
    this.say(this.words.saidSaving);
    const { page, ticket, written } = this;
    return this.answers.keep({ id: `${page}:${number}`, page, ticket, number: Number(number), fields: this.given()[number] ?? [], elapsed: written - this.issued, seq: written });
  }

  // The fields of each question that has an answer, as the form would send them.
  given() {
    const found = {};
    for (const [name, value] of new FormData(this.form)) if (/^q\d/.test(name) && value) (found[parseInt(name.slice(1), 10)] ??= []).push([name, value]);
    return found;
  }

  flush() {
    return Promise.all([...this.timers.keys()].map((number) => this.keep(number)));
  }

  // A new ticket goes on where the old one stands: a slow answer must not set the clock back.
  hear(rows, said, left) {
    if (said.ticket) Object.assign(this, { ticket: said.ticket, since: Math.min(performance.now(), this.since + said.now - this.issued), issued: said.now });
    if (said.ends) this.set({ until: new Date(said.ends).toISOString() });
    this.warn(said.message);
    if (said.lease === "lost") document.querySelector("[data-exam-gone]:not([open])")?.showModal();
    if (!left && rows.length && !said.message) this.say(`${this.words.saidSaved} ${said.at}`);
    if (said.over && !this.isLeaving && !left) location.reload();
  }

  // The clock runs from the moment of the ticket, not from when the page was ready.
  set(more) {
    Object.assign(this.form.querySelector("[data-until]").dataset, { now: new Date(this.issued).toISOString(), began: this.since, ...more });
  }

  lost(left, message) {
    this.say("");
    this.warn(message || (this.isEnded ? this.words.saidOver : `${this.words.saidOffline}${left}`));
  }

  say(words) {
    this.form.querySelector("[data-exam-said]").textContent = words;
  }

  warn(words) {
    for (const place of document.querySelectorAll("[data-exam-alert]")) place.hidden = !words;
    for (const place of document.querySelectorAll("[data-exam-alert-words]")) place.textContent = words ?? "";
  }

  // Handing in goes with the form itself; what is still here goes first.
  async leave(event) {
    if (this.isLeaving) return;
    event.preventDefault();
    await this.flush();
    await this.answers.send();
    if (await this.left()) return;
    this.isLeaving = true;
    this.form.requestSubmit(event.submitter);
  }

  async end() {
    this.isEnded = true;
    await this.flush();
    for (const field of this.form.querySelectorAll("[data-question] :is(input, select, textarea)")) field.disabled = true;
    this.answers.send(true); // the answer says that it is over, and the page shows the receipt
  }

  look() {
    const { away } = this.answers;
    if (document.hidden) this.flush();
    else if (this.awaySince) this.answers.away = [away[0] + 1, away[1] + Math.round((performance.now() - this.awaySince) / 1000)];
    this.awaySince = document.hidden ? performance.now() : 0;
    this.answers.send();
  }

  flag(number) {
    if (!number) return;
    if (!this.flags.delete(number)) this.flags.add(number);
    store(`yx-flags-${this.words.sitting}`, [...this.flags]);
    this.draw();
  }

  draw() {
    const given = this.given();
    for (const place of document.querySelectorAll("[data-exam-done]")) place.textContent = Object.keys(given).length;
    for (const { dataset, classList } of document.querySelectorAll("[data-go]")) {
      classList.toggle("yx-answered", dataset.go in given);
      classList.toggle("yx-flagged", this.flags.has(dataset.go));
    }
    for (const button of this.form.querySelectorAll("[data-flag]")) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(this.flags.has(button.dataset.flag)));
    }
  }
}

for (const form of document.querySelectorAll("[data-exam]")) new Exam(form);
for (const place of document.querySelectorAll("[data-exam-store]")) new Answers({ url: "/answers" }).works().then((isFine) => (place.hidden = isFine));
