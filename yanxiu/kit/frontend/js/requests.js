// What happens around htmx requests: refusals come as a toast part, a broken line is said once and cleared by the next answer.
export function installRequests(htmx) {
  const banner = () => document.getElementById("network");
  const say = (hidden) => {
    if (banner()) banner().hidden = hidden;
  };

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { xhr } = detail;
    if (xhr.status >= 400 && (xhr.getResponseHeader("HX-Retarget") || xhr.getResponseHeader("HX-Reswap"))) {
      detail.shouldSwap = true;
      detail.isError = false;
    }
  });
  document.addEventListener("htmx:sendError", () => say(false));
  document.addEventListener("htmx:timeout", () => say(false));
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.xhr?.status > 0) say(true);
  });
  addEventListener("offline", () => say(false));
  addEventListener("online", () => say(true));
  htmx.config.timeout = 20000;

  // A form posted once is not posted twice: its buttons rest until the page goes or the answer comes.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });
  const release = (form) => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  };
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
}
