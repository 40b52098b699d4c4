// What the page says after an act: toasts that it worked, errors that stay until dismissed.

const corner = document.getElementById("toasts");
const SHOWN_FOR = 6000;

function glyph(state) {
  return `<svg class="g" data-s="${state}" aria-hidden="true"><use href="#s-${state}"/></svg>`;
}

function show(state, lines) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.s = state;
  toast.innerHTML = `${glyph(state)}<span></span><button class="btn btn--quiet btn--s" type="button" data-dismiss>Dismiss</button>`;
  const [first, ...rest] = lines.filter(Boolean);
  const text = toast.querySelector("span");
  text.append(first);
  for (const line of rest) {
    const small = document.createElement("span");
    small.className = "sub";
    small.textContent = line;
    text.append(small);
  }
  if (state === "failed") toast.setAttribute("role", "alert");
  corner.append(toast);
  if (state !== "failed") fade(toast);
}

function fade(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? fade(toast) : toast.remove()), SHOWN_FOR);
}

document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast").remove());
for (const toast of corner.querySelectorAll('.toast:not([data-s="failed"])')) fade(toast);

document.addEventListener("toast", (event) => {
  const said = event.detail.value ?? event.detail;
  for (const text of [said].flat()) show("succeeded", [text]);
});

// Errors of fragments are problem details (RFC 9457) and are shown whole.
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (polls(event) && xhr.status >= 500) return late(event.detail.elt);
  const problem = parsed(xhr);
  const id = problem.request_id ?? xhr.getResponseHeader("X-Request-ID");
  show("failed", [problem.title ?? `The console answered ${xhr.status}.`, problem.detail, problem.todo, id && `Request ${id}`]);
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (polls(event)) return late(event.detail.elt);
    show("failed", ["The console cannot be reached.", "Nothing was changed. Try again in a moment."]);
  });
}

function parsed(xhr) {
  try {
    return JSON.parse(xhr.responseText);
  } catch {
    return {};
  }
}

// A live part that gets no answer says so once, keeps what it knows and goes on asking.
function polls(event) {
  return event.detail.elt?.matches?.('[hx-trigger^="every"]');
}

function late(part) {
  if (part.classList.contains("live--late")) return;
  part.classList.add("live--late");
  show("unreachable", ["This page no longer updates: the console does not answer.", "It asks again by itself."]);
}

document.addEventListener("htmx:beforeSwap", (event) => event.detail.target?.classList?.remove("live--late"));
