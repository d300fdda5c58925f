// Notes and remarks at a moment of the film on the page: writing takes the moment along, a time goes there.
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export function notes() {
  const film = () => document.querySelector("[data-player] video, video");
  document.addEventListener("focusin", (event) => {
    const field = event.target.form?.elements?.moment;
    if (!field || event.target === field || event.target.value || !film()) return;
    field.value = clock(film().currentTime);
  });
  document.addEventListener("click", (event) => {
    const place = event.target.closest?.("[data-jump]");
    if (!place || !film()) return;
    event.preventDefault();
    film().currentTime = Number(place.dataset.jump);
    film().scrollIntoView({ block: "nearest" });
  });
}
