// 还在看吗: at a moment nobody can foresee, answered by click, Space or Enter. Unanswered it stops play and goes back one report at most.
const SPREAD = 0.3;

export class Presence {
  constructor(player) {
    this.player = player;
    this.minutes = Number(player.settings.presence);
    this.box = player.stage.querySelector("[data-presence-box]");
    this.button = this.box.querySelector("[data-here]");
    this.button.addEventListener("click", () => this.here());
    this.later();
  }

  later() {
    const minutes = this.minutes * (1 - SPREAD + 2 * SPREAD * Math.random());
    this.at = this.minutes ? performance.now() + minutes * 60_000 : Infinity;
  }

  // Called while the film plays: nothing is asked in a pause.
  look() {
    if (this.asked || performance.now() < this.at) return;
    this.asked = performance.now();
    this.player.video.pause();
    this.box.hidden = false;
    this.button.focus();
    this.timer = setTimeout(() => this.missed(), Number(this.player.settings.wait) * 1000);
  }

  here() {
    clearTimeout(this.timer);
    if (!this.isMissed) this.tell(true);
    this.isMissed = false;
    this.asked = 0;
    this.box.hidden = true;
    this.later();
    this.player.play();
  }

  missed() {
    this.isMissed = true;
    this.player.rewind();
    this.player.say(this.player.settings.saidMissed);
    this.tell(false);
  }

  tell(isAnswered) {
    const data = new FormData();
    data.set("second", Math.floor(this.player.video.currentTime));
    data.set("waited", Math.round((performance.now() - this.asked) / 1000));
    data.set("answered", isAnswered ? "1" : "");
    this.player.call(this.player.settings.presenceUrl, data);
  }
}
