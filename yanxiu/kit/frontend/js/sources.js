// Which picture is played: the rates of the stream, or the sound alone for a thin line. The choice is kept on this device.
const KEPT = "yx-quality";

export function sources(player) {
  const { video, settings } = player;
  const choice = player.part("quality");
  let stream = null;
  const play = (url) => {
    const { currentTime, paused, playbackRate } = video;
    stream?.destroy();
    stream = null;
    video.src = url;
    video.addEventListener("loadedmetadata", () => Object.assign(video, { currentTime, playbackRate }), { once: true });
    if (!paused) video.play().catch(() => {});
  };
  const level = (wanted) => {
    const height = Number(wanted);
    stream.currentLevel = height ? stream.levels.findIndex((one) => one.height === height) : -1;
  };
  const take = (wanted) => {
    player.stage.toggleAttribute("data-sound", wanted === "audio");
    if (wanted === "audio") play(settings.audio);
    else if (!settings.hls || !window.Hls?.isSupported()) play(settings.hls && video.canPlayType("application/vnd.apple.mpegurl") ? settings.hls : settings.film);
    else if (stream) level(wanted);
    else {
      stream = new window.Hls();
      stream.on(window.Hls.Events.MANIFEST_PARSED, () => level(wanted));
      stream.on(window.Hls.Events.ERROR, (_, error) => error.fatal && settings.film && play(settings.film));
      stream.loadSource(settings.hls);
      stream.attachMedia(video);
    }
  };
  const kept = localStorage.getItem(KEPT) ?? "";
  const known = choice && [...choice.options].some((option) => option.value === kept);
  if (known) choice.value = kept;
  if (settings.hls || (known && kept)) take(choice?.value ?? "");
  choice?.addEventListener("change", () => {
    localStorage.setItem(KEPT, choice.value);
    take(choice.value);
  });
}
