// The player's honesty is the server's; this only reports what was seen, keeps reports while the line is down, and says so.
import { Cues } from "./cues.js";
import { notes } from "./notes.js";
import { Outbox } from "./outbox.js";
import { Presence } from "./presence.js";
import { sources } from "./sources.js";
import { transcript } from "./transcript.js";

const clock = (seconds) => `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export class Player {
  constructor(stage) {
    this.stage = stage;
    this.video = stage.querySelector("video");
    this.said = document.querySelector("[data-player-said]");
    this.settings = stage.dataset;
    this.length = Number(this.settings.length);
    this.most = Number(this.settings.rate);
    this.until = Number(this.settings.until);
    this.holds = this.settings.skip !== "1";
    this.take(this.settings.seen);
    this.pending = new Set();
    this.outbox = new Outbox({
      url: this.settings.beats,
      every: Number(this.settings.every),
      offline: this.settings.saidOffline,
      onAnswer: (beat, isFine, body) => beat.ticket === this.ticket && this.hear(isFine, body),
      onSaid: (message) => this.say(message),
    });
    this.ticket = "";
    this.from = null;
    this.cues = new Cues(this);
    this.presence = new Presence(this);
    this.control();
    this.listen();
    sources(this);
    this.draw();
    this.outbox.send();
    const lines = document.querySelector("[data-transcript]");
    if (lines) transcript(this, lines);
  }

  take(ranges) {
    this.seen = new Uint8Array(this.length);
    for (const range of ranges.split(",").filter(Boolean)) this.seen.fill(1, ...range.split("-").map(Number));
  }

  part(name) {
    return this.stage.querySelector(`[data-${name}]`);
  }

  // Own controls instead of the browser's: those stay for browsers without scripts.
  control() {
    const video = this.video;
    video.controls = false;
    for (const part of this.stage.querySelectorAll("[data-own]")) part.hidden = false;
    const toggle = () => (video.paused ? this.play() : video.pause());
    const by = (seconds) => (video.currentTime = Math.min(Math.max(0, video.currentTime + seconds), this.length));
    const captions = () => {
      const track = video.textTracks[0];
      if (!track) return;
      track.mode = track.mode === "showing" ? "hidden" : "showing";
      this.part("captions")?.setAttribute("aria-pressed", String(track.mode === "showing"));
    };
    const full = () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else if (this.stage.requestFullscreen) this.stage.requestFullscreen();
      else video.webkitEnterFullscreen?.();
    };
    const mute = () => {
      video.muted = !video.muted;
      this.part("mute").setAttribute("aria-pressed", String(video.muted));
    };
    const acts = { toggle, back: () => by(-10), captions, mute, full };
    for (const [name, act] of Object.entries(acts)) this.part(name)?.addEventListener("click", act);
    video.addEventListener("click", toggle);
    this.part("start").addEventListener("click", toggle);
    this.part("seek").addEventListener("input", (event) => (video.currentTime = Number(event.target.value)));
    this.part("speed").addEventListener("change", (event) => (video.playbackRate = Number(event.target.value)));
    const keys = { " ": toggle, k: toggle, ArrowLeft: () => by(-5), ArrowRight: () => by(5), j: () => by(-10), l: () => by(10), c: captions, m: mute, f: full };
    this.stage.addEventListener("keydown", (event) => {
      const act = keys[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, input, select, label")) return;
      event.preventDefault();
      act();
    });
  }

  listen() {
    const video = this.video;
    let resumed = false;
    video.addEventListener("loadedmetadata", () => {
      const position = Number(this.settings.position);
      if (!resumed && position < this.length - 2) video.currentTime = position;
      resumed = true;
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
    });
    for (const name of ["play", "pause", "ended"]) video.addEventListener(name, () => this.stage.toggleAttribute("data-playing", !video.paused && !video.ended));
    setInterval(() => this.report(), Number(this.settings.every) * 1000);
    addEventListener("pagehide", () => this.report());
  }

  // Our own addresses: [answer, body]; without a line [undefined, {message}].
  async call(url, data = new FormData()) {
    try {
      const headers = { "X-CSRFToken": this.settings.csrf, Accept: "application/json" };
      const answer = await fetch(url, { method: "POST", headers, body: data });
      return [answer, await answer.json()];
    } catch {
      return [undefined, { message: this.settings.saidOffline }];
    }
  }

  // Nothing counts before the server has opened the film: its clock starts here.
  async begin() {
    if (!this.settings.open || this.ticket || this.opening) return;
    this.opening = true;
    this.video.pause();
    const data = new FormData();
    data.set("device", this.outbox.device ?? "");
    const [answer, body] = await this.call(this.settings.ticket, data);
    this.opening = false;
    if (!answer?.ok) {
      this.say(body.message);
      return;
    }
    this.ticket = body.ticket;
    this.until = body.until;
    this.take(body.seen);
    this.draw();
    await this.play();
  }

  // A pause that comes right after is no error.
  play() {
    return this.video.play().catch(() => {});
  }

  // What the server knows differs from what we think: begin again from its truth.
  reopen(message) {
    this.ticket = "";
    this.from = null;
    this.pending.clear();
    this.begin().then(() => {
      const first = this.seen.indexOf(0);
      if (first >= 0) this.video.currentTime = first;
      this.say(message);
    });
  }

  advance() {
    const video = this.video;
    const seek = this.part("seek");
    this.part("clock").textContent = `${clock(Math.min(video.currentTime, this.length))} / ${clock(this.length)}`;
    if (document.activeElement !== seek) seek.value = video.currentTime;
    seek.setAttribute("aria-valuetext", clock(video.currentTime));
    this.part("head").setAttribute("x", video.currentTime);
    if (this.from === null || video.seeking || !this.ticket) return;
    const until = video.ended ? this.length : video.currentTime;
    const began = this.from;
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
    const cue = this.cues.between(began, until);
    if (cue) this.cues.ask(cue);
    else if (!video.paused) this.presence.look();
  }

  // What was seen may be visited freely; what was not is entered from its beginning, and nothing behind an open question.
  guard() {
    if (!this.settings.open) return;
    const first = this.seen.indexOf(0);
    const target = Math.floor(this.video.currentTime);
    const isAhead = this.holds && first >= 0 && target > first && !this.seen[target];
    const isBehindCue = this.until && target > this.until;
    if (!isAhead && !isBehindCue) return;
    this.from = null;
    this.video.currentTime = isBehindCue && !(first >= 0 && first < this.until) ? Math.max(this.until - 1, 0) : first;
    this.say(isBehindCue && !isAhead ? this.settings.saidCue : this.settings.saidAhead);
  }

  rewind() {
    const first = Math.min(...this.pending);
    for (const second of this.pending) this.seen[second] = 0;
    this.pending.clear();
    this.from = null;
    if (Number.isFinite(first)) this.video.currentTime = first;
    this.draw();
  }

  report() {
    const seconds = [...this.pending].sort((one, other) => one - other);
    if (seconds.length && this.ticket && !this.presence.asked) {
      const ranges = [];
      for (const second of seconds) {
        const last = ranges[ranges.length - 1];
        if (last && last[1] === second) last[1] = second + 1;
        else ranges.push([second, second + 1]);
      }
      this.pending.clear();
      this.outbox.add({ ticket: this.ticket, ranges: ranges.slice(0, 60), position: Math.floor(this.video.currentTime) });
    }
    return this.outbox.send();
  }

  async flush() {
    await this.report();
    await this.outbox.send();
  }

  hear(isFine, body) {
    if (!isFine || body.lease === "lost") {
      this.ticket = "";
      this.video.pause();
      this.say(body.message);
    } else if (body.done && !this.until) this.finish(body.at);
    else this.say(body.reason ?? `${this.settings.saidSaved} ${clock(this.video.currentTime)}，${body.at}`);
  }

  finish(at = "") {
    this.say(at ? `${this.settings.saidDone}，${at}` : this.settings.saidDone);
    if (this.done) return;
    this.done = true;
    document.body.dispatchEvent(new Event("yx:done"));
  }

  say(message) {
    if (message) this.said.textContent = message;
  }

  draw() {
    const track = this.part("track");
    track.querySelectorAll(".yx-seen-part").forEach((part) => part.remove());
    let start = this.seen.indexOf(1);
    while (start >= 0) {
      const gap = this.seen.indexOf(0, start);
      const end = gap < 0 ? this.length : gap;
      const part = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const shape = { class: "yx-seen-part", x: start, width: end - start, height: 10 };
      for (const name of Object.keys(shape)) part.setAttribute(name, shape[name]);
      track.querySelector(".yx-seen-none").after(part);
      start = gap < 0 ? -1 : this.seen.indexOf(1, gap);
    }
    for (const mark of track.querySelectorAll(".yx-seen-quiz")) mark.classList.toggle("yx-seen-answered", this.cues.cues[Number(mark.dataset.number) - 1]?.passed === true);
  }
}

notes();
for (const stage of document.querySelectorAll("[data-player]")) new Player(stage);
