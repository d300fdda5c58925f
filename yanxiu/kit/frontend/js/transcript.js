// What is said in a film, beside it: the line that is spoken is marked, a click goes there where it was seen, and words are found.
export function transcript(player, list) {
  const lines = [...list.querySelectorAll("[data-start]")];
  const starts = lines.map((line) => Number(line.dataset.start));
  let now = -1;
  player.video.addEventListener("timeupdate", () => {
    const at = starts.findLastIndex((start) => start <= player.video.currentTime);
    if (at === now) return;
    lines[now]?.removeAttribute("aria-current");
    lines[at]?.setAttribute("aria-current", "true");
    now = at;
    if (lines[at] && !list.matches(":hover, :focus-within")) list.scrollTop = lines[at].offsetTop - list.offsetTop - list.clientHeight / 3;
  });
  document.querySelector("[data-find-lines]")?.addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const line of lines) line.hidden = !wanted.every((word) => line.textContent.toLowerCase().includes(word));
  });
}
