// A revealed value stays for its seconds, never longer: not in the page, not in the browser's memory of pages.

function hide(box) {
  box.replaceChildren();
  const note = document.createElement("p");
  note.className = "small muted";
  note.textContent = "Hidden again. Load the page to reveal another value.";
  box.append(note);
  delete box.dataset.reveal;
}

function start(box) {
  const until = Date.now() + Number(box.dataset.reveal) * 1000;
  const value = box.querySelector("[data-reveal-value]");
  const counter = box.querySelector("[data-reveal-left]");
  const end = () => {
    clearInterval(timer);
    if (box.dataset.reveal) hide(box);
  };
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (!box.isConnected || left <= 0) end();
    else counter.textContent = `hidden in ${left} s`;
  };
  const timer = setInterval(tick, 1000);
  tick();
  box.querySelector("[data-reveal-hide]").addEventListener("click", end);
  box.querySelector("[data-reveal-copy]").addEventListener("click", () => navigator.clipboard?.writeText(value.textContent));
  addEventListener("pagehide", end, { once: true });
}

for (const box of document.querySelectorAll("[data-reveal]")) start(box);
document.addEventListener("htmx:load", (event) => {
  for (const box of event.target.querySelectorAll?.("[data-reveal]") ?? []) start(box);
  if (event.target.matches?.("[data-reveal]")) start(event.target);
});
