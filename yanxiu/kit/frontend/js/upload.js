// Large files in parts (tus 1.0): goes on after a cut line, a reload or on another day; the form gets the number of what was stored.
import { hovering, size } from "./dropzone.js";

const CHUNK = 8 * 1024 * 1024;
const EDGE = 64 * 1024;
const AGAIN = [401, 404, 408, 409, 423, 429, 460];
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

class Final extends Error {}

// What the browser knows of a file: when it was changed, and a sum of its edges. The same file chosen again goes on where it was.
async function mark(file) {
  const edges = await new Blob([file.slice(0, EDGE), file.slice(-EDGE)]).arrayBuffer();
  let sum = 2166136261;
  for (const byte of new Uint8Array(edges)) sum = Math.imul(sum ^ byte, 16777619) >>> 0;
  return `${file.lastModified}-${sum.toString(16)}`;
}

async function checksum(blob) {
  if (!globalThis.crypto?.subtle) return {};
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return { "Upload-Checksum": `sha256 ${btoa(String.fromCharCode(...sum))}` };
}

function judge(status, body, words) {
  if (status < 400) return;
  const known = status < 500 || status === 507;
  throw new (known && !AGAIN.includes(status) ? Final : Error)(body?.message ?? words.offline);
}

export const upload = () => ({
  ...hovering,
  state: "", // "", sending, paused, checking, done
  percent: 0,
  said: "",
  problem: "",
  warnings: [],
  // Every name is declared: one that is not would belong to the form around, and so to all its fields.
  ...{ input: null, hidden: null, words: null, form: null, file: null, mark: "", url: "", ticket: "", xhr: null },
  ...{ turn: 0, wake: null, after: null, isLate: false },
  init() {
    this.input = this.$root.querySelector("input[type=file]");
    this.hidden = this.$root.querySelector("input[type=hidden]");
    this.words = JSON.parse(this.$root.dataset.words);
    this.form = this.input.form;
    if (this.hidden.value) this.show("done", filled(this.words.kept, { name: this.hidden.value.split("/").slice(1).join("/") }));
    // Who sends the form too early need not wait at the screen: it goes by itself after the last byte.
    this.form?.addEventListener("submit", (event) => {
      if (!this.busy) return;
      event.preventDefault();
      this.after = event.submitter;
      this.isLate = true;
      this.said = this.words.later;
    });
    addEventListener("beforeunload", (event) => {
      if (this.busy) event.preventDefault();
    });
    addEventListener("online", () => this.wake?.());
    this.choose(); // on a slow line a file may have been chosen before this script came
  },
  get busy() {
    return ["sending", "paused", "checking"].includes(this.state);
  },
  get sending() {
    return this.state === "sending";
  },
  get paused() {
    return this.state === "paused";
  },
  get warned() {
    return this.warnings.length > 0;
  },
  get tone() {
    return { "yx-drop-over": this.over, "yx-drop-filled": Boolean(this.state), "yx-upload-done": this.state === "done" };
  },
  show(state, said) {
    this.state = state;
    this.said = said;
    if (state === "done") this.input.required = false;
  },
  drop(event) {
    event.preventDefault();
    this.over = false;
    if (event.dataTransfer.files.length) this.take(event.dataTransfer.files[0]);
  },
  choose() {
    if (this.input.files.length) this.take(this.input.files[0]);
  },
  async take(file) {
    this.stop();
    this.input.value = "";
    this.hidden.value = "";
    this.problem = "";
    this.warnings = [];
    this.percent = 0;
    this.file = file;
    this.mark = await mark(file);
    this.run();
  },
  pause() {
    this.stop();
    this.show("paused", filled(this.words.paused, { percent: Math.floor(this.percent) }));
  },
  resume() {
    this.run();
  },
  cancel() {
    const { url, ticket } = this;
    this.stop();
    if (url) fetch(url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0", "Upload-Ticket": ticket } });
    this.show("", "");
  },
  stop() {
    this.turn += 1;
    this.xhr?.abort();
    this.wake?.();
  },
  async run() {
    const turn = (this.turn += 1);
    const is = () => this.turn === turn;
    this.problem = "";
    this.show("sending", this.words.begin);
    for (let tries = 1; is(); tries += 1) {
      try {
        const stored = await this.attempt(is, () => (tries = 1));
        if (is() && stored) this.finish(stored);
        return;
      } catch (error) {
        if (!is()) return;
        if (error instanceof Final) {
          this.show("", "");
          this.problem = error.message;
          return;
        }
        this.said = this.words.offline;
        await new Promise((done) => {
          this.wake = done;
          setTimeout(done, Math.min(30, 2 ** tries) * 1000 * (0.75 + Math.random() / 2));
        });
      }
    }
  },
  async attempt(is, moved) {
    const begun = await this.ask(this.input.dataset.begin, { kind: this.input.dataset.kind, name: this.file.name, size: this.file.size, mark: this.mark });
    if (begun.stored) return begun.stored;
    this.url = begun.url;
    this.ticket = begun.ticket;
    const headers = { "Tus-Resumable": "1.0.0", "Upload-Ticket": begun.ticket };
    const created = await fetch("/uploads/", { method: "POST", headers: { ...headers, "Upload-Length": this.file.size } });
    judge(created.status, await created.json().catch(() => ({})), this.words);
    let offset = Number(created.headers.get("Upload-Offset"));
    const start = { offset, at: performance.now() };
    while (offset < this.file.size && is()) {
      const chunk = this.file.slice(offset, offset + CHUNK);
      offset = await this.send({ ...headers, ...(await checksum(chunk)), "Upload-Offset": offset }, chunk, offset, start);
      moved();
    }
    if (!is()) return null;
    this.percent = 100;
    this.show("checking", this.words.checking);
    return (await this.ask(this.input.dataset.finish, { ticket: begun.ticket })).stored;
  },
  async ask(url, fields) {
    const token = this.form?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) });
    const body = await answer.json().catch(() => null);
    judge(answer.status, body, this.words);
    if (!body) throw new Final(this.words.away);
    return body;
  },
  // fetch tells nothing about what has been sent; the older request does.
  send(headers, chunk, offset, start) {
    return new Promise((done, fail) => {
      const xhr = (this.xhr = new XMLHttpRequest());
      xhr.open("PATCH", this.url);
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
      xhr.setRequestHeader("Content-Type", "application/offset+octet-stream");
      xhr.upload.onprogress = (event) => this.tell(offset + event.loaded, start);
      xhr.onload = () => {
        try {
          judge(xhr.status, xhr.responseText ? JSON.parse(xhr.responseText) : {}, this.words);
          done(Number(xhr.getResponseHeader("Upload-Offset")));
        } catch (error) {
          fail(error);
        }
      };
      xhr.onerror = xhr.onabort = xhr.ontimeout = () => fail(new Error(this.words.offline));
      xhr.send(chunk);
    });
  },
  tell(sent, start) {
    this.percent = Math.min(99, (sent / this.file.size) * 100);
    const seconds = ((performance.now() - start.at) / Math.max(1, sent - start.offset)) * ((this.file.size - sent) / 1000);
    const left = seconds < 50 ? this.words.soon : filled(this.words.minutes, { n: Math.ceil(seconds / 60) });
    if (this.sending) this.said = filled(this.words.sent, { percent: Math.floor(this.percent), size: size(this.file.size), left });
  },
  finish(stored) {
    this.hidden.value = `${stored.id}/${stored.name}`;
    this.warnings = stored.warnings;
    this.show("done", filled(this.words.done, { name: stored.name, size: size(stored.size) }));
    this.$dispatch("uploaded", stored);
    if (this.isLate) this.form.requestSubmit(this.after);
  },
});
