// Answers of exams that the server has not acknowledged: kept on this device, sent from any page of ours, shown to nobody else.
import { Kept, alone, store } from "./kept.js";

const SLOT = "yx-answers"; // what was just changed, by id: a page that closes has no time for the database
const MARK = "yx-answers-kept"; // set while the database holds something, so that other pages need not open it to know
const MOST = 50; // of one delivery
const slot = () => store(SLOT) ?? {};

export class Answers {
  // `ticket()`: the newest of this page; `onAnswer(rows, body, left)` after a delivery, `onSaid(left, message)` when it did not arrive.
  constructor({ url, ticket, onAnswer, onSaid }) {
    Object.assign(this, { url, ticket, onAnswer, onSaid, away: [0, 0], tries: 0, kept: new Kept("yx-exam", "answers") });
    addEventListener("online", () => setTimeout(() => this.send(), Math.random() * 3000)); // not everybody at once
  }

  // Tells whether this browser can keep answers: private windows and full disks cannot.
  async works() {
    const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    const isKept = store("yx-try", 1) && store("yx-try", null) && quota - usage > 5e6;
    return this.kept.change([{ id: "try" }], []).then(() => this.kept.change([], ["try"])).then(() => isKept, () => false);
  }

  // The latest answer to a question takes the place of the one before.
  keep(row) {
    store(SLOT, { ...slot(), [row.id]: row });
    return this.send();
  }

  // Moves the slot into the database; where none can be had it stays in the slot.
  async rows() {
    const fresh = slot();
    const held = Object.keys(fresh).length || store(MARK) ? await this.kept.read().catch(() => []) : [];
    const all = { ...Object.fromEntries(held.map((row) => [row.id, row])), ...fresh };
    if (Object.keys(fresh).length) {
      store(MARK, 1);
      await this.kept.change(Object.values(fresh), []).then(() => this.clear(Object.values(fresh)), () => {});
    }
    return Object.values(all);
  }

  clear(rows) {
    const left = slot();
    for (const { id, seq } of rows) if (left[id]?.seq <= seq) delete left[id];
    store(SLOT, Object.keys(left).length ? left : null);
  }

  send(isAsking) {
    this.isAsking ||= isAsking;
    this.wanted = true;
    this.sending ??= alone(SLOT, () => this.drain()).finally(() => (this.sending = null));
    return this.sending;
  }

  async drain() {
    while (this.wanted) {
      this.wanted = false;
      const groups = new Map();
      for (const row of await this.rows()) groups.set(row.ticket, [...(groups.get(row.ticket) ?? []), row]);
      if (!groups.size && this.ticket && (this.isAsking || this.away[0])) groups.set(this.ticket(), []);
      for (const [under, mine] of groups) for (let n = 0; n < mine.length || !n; n += MOST) if (!(await this.post(under, mine.slice(n, n + MOST)))) return;
    }
  }

  // Returns whether to go on with the next delivery. A row of this page goes under its ticket of then, by the right of the newest.
  async post(under, rows) {
    const { away } = this;
    this.away = [0, 0];
    const ticket = rows.every((row) => row.page === this.page) && this.ticket ? this.ticket() : under;
    const answers = rows.map(({ number, fields, elapsed }) => ({ number, fields, elapsed }));
    const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ticket, under, away, answers }) };
    const answer = await fetch(this.url, request).catch(() => ({ status: 599, json: async () => ({}) }));
    const said = await answer.json().catch(() => ({}));
    if (answer.status >= 500 || answer.status === 429 || answer.status === 401) {
      this.away = [this.away[0] + away[0], this.away[1] + away[1]];
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), Math.min(20, 2 ** (this.tries += 1)) * 1000 * (0.75 + Math.random() / 2));
      this.onSaid?.((await this.rows()).length, answer.status === 401 && said.message);
      return answer.status === 401; // that ticket is over, another may not be; what it brings stays here
    }
    this.isAsking = this.tries = 0;
    this.clear(rows);
    const held = new Map((await this.kept.read().catch(() => [])).map((row) => [row.id, row]));
    const gone = rows.filter(({ id, seq }) => held.get(id)?.seq <= seq).map(({ id }) => id); // what was changed meanwhile stays
    await this.kept.change([], gone).catch(() => {});
    const left = (await this.rows()).length;
    if (!left) store(MARK, null);
    this.onAnswer?.(rows, said, left);
    return true;
  }
}

// Pages without a sheet send what an earlier page left.
export function installAnswers() {
  if (!document.querySelector("[data-exam]") && (store(MARK) || store(SLOT))) new Answers({ url: "/answers" }).send();
}
