// Reports that are not acknowledged yet: kept on this device in their order, whatever closes, and sent again with patience and jitter.
// What was just seen is laid into the slot at once (a page that closes has no time to wait), then moved into the database.
import { Kept, alone, store } from "./kept.js";

const SLOT = "yx-beats"; // localStorage; all there is where no database can be had
const MARK = "yx-beats-kept"; // set while the database holds something, so that other pages need not open it to know
const DEVICE = "yx-device";
const MOST = 500;
const MOST_RANGES = 60; // of one report
const PATIENCE = 120; // seconds between two tries at most

let added = 0;
const slot = () => store(SLOT) ?? [];
const count = (ranges) => ranges.reduce((sum, [start, end]) => sum + end - start, 0);

export const merged = (ranges) => {
  const found = [];
  for (const [start, end] of [...ranges].sort((one, other) => one[0] - other[0])) {
    const last = found[found.length - 1];
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else found.push([start, end]);
  }
  return found;
};

// One report for each ticket: all that waits for it, the oldest ticket first.
const folded = (rows) => {
  const tickets = new Map();
  for (const row of rows) tickets.set(row.ticket, [...(tickets.get(row.ticket) ?? []), row]);
  return [...tickets.values()].map((mine) => {
    const last = mine[mine.length - 1];
    const hidden = mine.reduce((sum, row) => sum + (row.hidden ?? 0), 0);
    return { ...last, hidden, ranges: merged(mine.flatMap((row) => row.ranges)), ids: mine.map((row) => row.id) };
  });
};

export class Outbox {
  // `onAnswer(beat, isFine, body)` after each answer; `onSaid(message)` when the line is down or the server asks to wait.
  constructor({ url, every, offline, onAnswer, onSaid }) {
    Object.assign(this, { url, every, offline, onAnswer, onSaid, wait: 0, tries: 0, sending: null, kept: new Kept("yx-outbox", "beats"), away: 0, awaySince: 0 });
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(SLOT) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.onAnswer?.(...data); // another tab sent ours
    addEventListener("online", () => setTimeout(() => this.again(), Math.random() * 3000)); // not everybody at once
    document.addEventListener("visibilitychange", () => this.look());
  }

  // A name that this browser keeps for itself: tells devices apart, not people.
  get device() {
    const name = store(DEVICE) ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    store(DEVICE, name);
    return name;
  }

  look() {
    if (this.awaySince) this.away += performance.now() - this.awaySince;
    this.awaySince = document.hidden ? performance.now() : 0;
  }

  add(beat) {
    this.look();
    const hidden = Math.min(Math.round(this.away / 1000), count(beat.ranges)); // only while something was watched
    this.away = 0;
    const id = `${String(Date.now()).padStart(15, "0")}-${String((added += 1)).padStart(6, "0")}-${Math.random()}`;
    store(SLOT, [...slot(), { ...beat, hidden, id }].slice(-MOST));
  }

  again() {
    this.wait = 0;
    return this.send();
  }

  send() {
    this.sending ??= alone(SLOT, () => this.drain()).finally(() => (this.sending = null));
    return this.sending;
  }

  async drain() {
    const rows = await this.settle();
    if (performance.now() >= this.wait) {
      for (const beat of folded(rows)) if (!(await this.post(beat))) break;
    }
    this.tell(await this.rows());
  }

  // Move the slot into the database; more than the most is folded, and then the oldest goes.
  async settle() {
    const fresh = slot();
    if (!fresh.length && !store(MARK)) return [];
    try {
      let rows = await this.kept.read();
      rows = [...new Map([...rows, ...fresh].map((row) => [row.id, row])).values()];
      const all = (rows.length > MOST ? folded(rows).map(({ ids, ...row }) => row) : rows).slice(-MOST);
      const keeping = new Set(all.map((row) => row.id));
      await this.kept.change(rows.length > MOST ? all : fresh, rows.map((row) => row.id).filter((id) => !keeping.has(id)));
      store(MARK, all.length ? 1 : null);
      this.clear(fresh.map((row) => row.id));
      return all;
    } catch {
      return fresh;
    }
  }

  async rows() {
    const kept = store(MARK) ? await this.kept.read().catch(() => []) : [];
    return [...kept, ...slot()];
  }

  clear(ids) {
    const rest = slot().filter((row) => !ids.includes(row.id));
    store(SLOT, rest.length ? rest : null);
  }

  async remove(ids) {
    this.clear(ids);
    await this.kept.change([], ids).catch(() => {});
  }

  // Returns whether to go on with the next report.
  async post({ ids, id, ...beat }) {
    let answer;
    try {
      const body = JSON.stringify({ ...beat, ranges: beat.ranges.slice(0, MOST_RANGES) });
      answer = await fetch(this.url, { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true });
    } catch {
      return this.later(this.every, this.offline);
    }
    const body = await answer.json().catch(() => ({}));
    if (answer.status >= 500 || answer.status === 429) return this.later(Number(answer.headers.get("Retry-After")) || 10, body.message ?? this.offline);
    this.tries = 0;
    this.onAnswer?.(beat, answer.ok, body);
    this.channel?.postMessage([beat, answer.ok, body]);
    if (body.code === "signed_out") return this.later(PATIENCE, body.message); // kept until she is signed in again
    const rest = beat.ranges.slice(MOST_RANGES);
    if (rest.length && answer.ok) await this.kept.change([{ ...beat, id, ranges: rest }], []).catch(() => {});
    await this.remove(rest.length && answer.ok ? ids.filter((one) => one !== id) : ids);
    return true;
  }

  later(seconds, message) {
    this.tries += 1;
    const patience = Math.max(seconds, Math.min(PATIENCE, this.every * 2 ** (this.tries - 1)));
    this.wait = performance.now() + patience * 1000 * (0.75 + Math.random() / 2);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), this.wait - performance.now() + 50);
    this.onSaid?.(message);
    return false;
  }

  // In words on every page: how much is not yet reported.
  tell(rows) {
    if (!rows.length) store(MARK, null);
    const place = document.getElementById("outbox");
    if (!place) return;
    place.hidden = !(rows.length && this.tries);
    const seconds = folded(rows).reduce((sum, row) => sum + count(row.ranges), 0);
    place.querySelector("[data-outbox-time]").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

// Pages without a player send what an earlier page left.
export function installOutbox() {
  const place = document.getElementById("outbox");
  if (!place || document.querySelector("[data-player]") || !(store(MARK) || slot().length)) return;
  new Outbox({ url: place.dataset.door, every: 10 }).send();
}
