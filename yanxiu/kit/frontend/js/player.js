// The player's honesty is the server's; this only reports what was seen, keeps reports while the line is down, and says so.
const OUTBOX = "yx-beats";
const SPEEDS = [1, 1.25, 1.5];
const PRESENCE_LEAST = 8;
const PRESENCE_MOST = 12; // minutes of play before 还在看吗

const clock = (seconds) => `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

class Outbox {
  read() {
    try {
      return JSON.parse(localStorage.getItem(OUTBOX)) ?? [];
    } catch {
      return [];
    }
  }
  write(beats) {
    try {
      localStorage.setItem(OUTBOX, JSON.stringify(beats.slice(-500)));
    } catch {
      // A full or forbidden store costs at most what is not yet sent.
    }
  }
  add(beat) {
    this.write([...this.read(), beat]);
  }
  remove(ids) {
    this.write(this.read().filter((beat) => !ids.has(beat.id)));
  }
}

class Player {
  constructor(stage) {
    this.stage = stage;
    this.video = stage.querySelector("video");
    this.said = document.querySelector("[data-player-said]");
    this.settings = stage.dataset;
    this.length = Number(this.settings.length);
    this.most = Number(this.settings.rate);
    this.seen = new Uint8Array(this.length);
    for (const range of this.settings.seen.split(",").filter(Boolean)) this.fill(...range.split("-").map(Number));
    this.pending = new Set();
    this.outbox = new Outbox();
    this.ticket = "";
    this.from = null;
    this.wait = 0;
    this.sending = false;
    this.listen();
    this.draw();
    this.send();
  }

  fill(start, end) {
    this.seen.fill(1, start, end);
  }

  listen() {
    const video = this.video;
    video.addEventListener("loadedmetadata", () => {
      const position = Number(this.settings.position);
      if (position < this.length - 2) video.currentTime = position;
    });
    video.addEventListener("play", () => this.begin());
    video.addEventListener("playing", () => {
      // After a stall the second that was begun goes on.
      if (this.from === null || Math.abs(video.currentTime - this.from) > 2) this.from = video.currentTime;
    });
    video.addEventListener("timeupdate", () => this.advance());
    video.addEventListener("seeking", () => this.guard());
    video.addEventListener("seeked", () => (this.from = video.currentTime));
    video.addEventListener("pause", () => this.report());
    video.addEventListener("ended", () => this.report());
    video.addEventListener("ratechange", () => {
      if (video.playbackRate > this.most) video.playbackRate = this.most;
      this.stage.querySelector("[data-speed]").textContent = `${video.playbackRate}×`;
    });
    this.stage.querySelector("[data-back]").addEventListener("click", () => (video.currentTime = Math.max(0, video.currentTime - 10)));
    this.stage.querySelector("[data-speed]").addEventListener("click", () => {
      const allowed = SPEEDS.filter((speed) => speed <= this.most);
      video.playbackRate = allowed[(allowed.indexOf(video.playbackRate) + 1) % allowed.length];
    });
    this.stage.querySelector("[data-here]").addEventListener("click", () => this.here());
    setInterval(() => this.report(), Number(this.settings.every) * 1000);
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => this.report());
  }

  // Nothing counts before the server has opened the film: its clock starts here.
  async begin() {
    if (!this.settings.open || this.ticket || this.opening) return;
    this.opening = true;
    const video = this.video;
    video.pause();
    try {
      const headers = { "X-CSRFToken": this.settings.csrf, Accept: "application/json" };
      const answer = await fetch(this.settings.ticket, { method: "POST", headers });
      const body = await answer.json();
      if (!answer.ok) {
        this.say(body.message);
        return;
      }
      this.ticket = body.ticket;
      this.askLater();
      await video.play();
    } catch {
      this.say(this.settings.saidOffline);
    } finally {
      this.opening = false;
    }
  }

  advance() {
    const video = this.video;
    this.stage.querySelector("[data-clock]").textContent = `${clock(video.currentTime)} / ${clock(this.length)}`;
    if (this.from === null || video.seeking || !this.ticket) return;
    const until = video.ended ? this.length : video.currentTime;
    if (until < this.from || until - this.from > 5) {
      this.from = until;
      return;
    }
    for (let second = Math.ceil(this.from - 0.3); second + 1 <= until + 0.05; second += 1) {
      if (second < 0 || second >= this.length) continue;
      this.seen[second] = 1;
      this.pending.add(second);
      this.from = second + 1;
    }
    this.draw();
    if (this.askAt && performance.now() > this.askAt) this.ask();
  }

  // What was seen may be visited freely; what was not is entered from its beginning.
  guard() {
    const first = this.seen.indexOf(0);
    const target = Math.floor(this.video.currentTime);
    if (first < 0 || target <= first || this.seen[target] || !this.settings.open) return;
    this.from = null;
    this.video.currentTime = first;
    this.say(this.settings.saidAhead);
  }

  askLater() {
    const minutes = PRESENCE_LEAST + Math.random() * (PRESENCE_MOST - PRESENCE_LEAST);
    this.askAt = performance.now() + minutes * 60_000;
  }

  ask() {
    this.askAt = 0;
    this.video.pause();
    this.stage.querySelector("[data-presence]").hidden = false;
    this.stage.querySelector("[data-here]").focus();
  }

  here() {
    this.stage.querySelector("[data-presence]").hidden = true;
    this.askLater();
    this.video.play();
  }

  report() {
    const seconds = [...this.pending].sort((one, other) => one - other);
    if (seconds.length && this.ticket) {
      const ranges = [];
      for (const second of seconds) {
        const last = ranges[ranges.length - 1];
        if (last && last[1] === second) last[1] = second + 1;
        else ranges.push([second, second + 1]);
      }
      this.pending.clear();
      const id = `${Date.now()}-${Math.random()}`;
      this.outbox.add({ id, ticket: this.ticket, ranges: ranges.slice(0, 60), position: Math.floor(this.video.currentTime) });
    }
    this.send();
  }

  async send() {
    if (this.sending || performance.now() < this.wait) return;
    this.sending = true;
    try {
      for (const beat of this.outbox.read()) {
        if (!(await this.post(beat))) break;
      }
    } finally {
      this.sending = false;
    }
  }

  // Returns whether to go on with the next report.
  async post(beat) {
    let answer;
    try {
      const headers = { "Content-Type": "application/json" };
      answer = await fetch(this.settings.beats, { method: "POST", headers, body: JSON.stringify(beat), keepalive: true });
    } catch {
      this.later(Number(this.settings.every), this.settings.saidOffline);
      return false;
    }
    const body = await answer.json().catch(() => ({}));
    if (answer.status >= 500) {
      this.later(Number(answer.headers.get("Retry-After") ?? 10), body.message ?? this.settings.saidOffline);
      return false;
    }
    this.outbox.remove(new Set([beat.id]));
    if (beat.ticket === this.ticket) this.take(answer.ok, body);
    return true;
  }

  take(isFine, body) {
    if (!isFine || body.lease === "lost") {
      this.ticket = "";
      this.video.pause();
      this.say(body.message);
    } else if (body.done) this.say(`${this.settings.saidDone}，${body.at}`);
    else this.say(body.reason ?? `${this.settings.saidSaved} ${clock(this.video.currentTime)}，${body.at}`);
  }

  later(seconds, message) {
    this.wait = performance.now() + seconds * 1000 * (0.75 + Math.random() / 2);
    this.say(message);
  }

  say(message) {
    if (message) this.said.textContent = message;
  }

  draw() {
    const track = this.stage.querySelector("[data-track]");
    track.querySelectorAll(".yx-seen-part").forEach((part) => part.remove());
    let start = this.seen.indexOf(1);
    while (start >= 0) {
      const gap = this.seen.indexOf(0, start);
      const end = gap < 0 ? this.length : gap;
      const part = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const shape = { class: "yx-seen-part", x: start, width: end - start, height: 10 };
      for (const name of Object.keys(shape)) part.setAttribute(name, shape[name]);
      track.append(part);
      start = gap < 0 ? -1 : this.seen.indexOf(1, gap);
    }
  }
}

for (const stage of document.querySelectorAll("[data-player]")) new Player(stage);
