// Questions inside a film: their words come from the server when the film is there, and the server judges the answer.
export class Cues {
  constructor(player) {
    this.player = player;
    this.form = player.stage.querySelector("[data-cue]");
    this.cues = JSON.parse(player.settings.cues || "[]");
    this.shown = 0;
    this.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer();
    });
    this.part("skip")?.addEventListener("click", () => this.close());
  }

  part(name) {
    return this.form?.querySelector(`[data-cue-${name}]`);
  }

  // The number of the first question between two moments that is not answered; what was skipped is not asked again on this visit.
  between(from, until) {
    return 1 + this.cues.findIndex((cue) => !cue.passed && !cue.skipped && cue.second > from - 0.5 && cue.second <= until);
  }

  async ask(number) {
    if (this.shown) return;
    this.shown = number;
    const player = this.player;
    player.video.pause();
    await player.flush();
    const [answer, body] = await player.call(player.settings.cueUrl.replace("/0/", `/${number}/`));
    if (!answer?.ok || body.passed) {
      this.shown = 0;
      if (answer?.ok) this.pass(number, player.until);
      else if (body.code === "not_there_yet") player.reopen(body.message);
      else player.say(body.message);
      return;
    }
    this.fill(body);
  }

  fill(asked) {
    this.part("stem").textContent = `${asked.stem}${asked.kind === "multiple" ? this.player.settings.saidMultiple : ""}`;
    const options = asked.options.map((words, index) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      const span = document.createElement("span");
      label.className = "yx-choice";
      Object.assign(input, { type: asked.kind === "multiple" ? "checkbox" : "radio", name: "option", value: index });
      span.textContent = words;
      label.append(input, span);
      return label;
    });
    this.part("options").replaceChildren(...options);
    this.part("skip").hidden = asked.required;
    this.part("said").textContent = "";
    const send = this.part("send");
    send.disabled = true;
    setTimeout(() => (send.disabled = false), asked.wait * 1000);
    this.form.hidden = false;
    options[0].querySelector("input").focus();
  }

  async answer() {
    const number = this.shown;
    const url = this.player.settings.cueUrl.replace("/0/", `/${number}/`);
    const [answer, body] = await this.player.call(`${url}answer/`, new FormData(this.form));
    if (!answer?.ok || !body.right) {
      this.part("said").textContent = body.message ?? this.player.settings.saidWrong;
      return;
    }
    this.player.ticket = body.ticket || this.player.ticket;
    this.form.hidden = true;
    this.shown = 0;
    this.pass(number, body.until);
    this.player.say(body.why ? `${this.player.settings.saidRight}：${body.why}` : this.player.settings.saidRight);
    if (body.done) this.player.finish();
    else this.player.play();
  }

  pass(number, until) {
    this.cues[number - 1].passed = true;
    this.player.until = until;
    this.player.draw();
  }

  close() {
    this.cues[this.shown - 1].skipped = true;
    this.form.hidden = true;
    this.shown = 0;
    this.player.play();
  }
}
