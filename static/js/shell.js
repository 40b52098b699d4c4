// The frame: theme, drawer of the navigation, search of pages, copy buttons, relative times.

const root = document.documentElement;

function toggleTheme() {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax${secure}`;
}

async function copy(button) {
  const text = button.dataset.copy || button.closest(".code").querySelector("pre").textContent;
  const label = button.querySelector("span");
  const done = await navigator.clipboard.writeText(text).then(() => "Copied", () => "Not copied");
  if (label) {
    label.textContent = done;
    setTimeout(() => (label.textContent = "Copy"), 1500);
  } else {
    document.dispatchEvent(new CustomEvent("toast", { detail: { value: [`${done}: ${text}`] } }));
  }
}

// The clipboard takes the promise: by the time a file is there, the click is no longer a reason to write.
async function copyFrom(button) {
  const text = fetch(button.dataset.copyFrom).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer)));
  const item = new ClipboardItem({ "text/plain": text.then((whole) => new Blob([whole], { type: "text/plain" })) });
  const label = button.querySelector("span");
  label.textContent = await navigator.clipboard.write([item]).then(() => "Copied", () => "Not copied");
  setTimeout(() => (label.textContent = "Copy"), 1500);
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  if (on("[data-theme-toggle]")) toggleTheme();
  if (on("[data-copy]")) copy(on("[data-copy]"));
  if (on("[data-copy-from]")) copyFrom(on("[data-copy-from]"));
  if (on("[data-palette]")) openPalette();
  if (on("[data-reload]")) {
    event.preventDefault();
    location.reload();
  }
});

// --- search of pages ---

const palette = document.getElementById("palette");
const places = palette ? [...palette.querySelectorAll("li:has(a)")] : [];

function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  const input = palette.querySelector("[data-palette-input]");
  input.value = "";
  narrow("");
  input.focus();
}

function narrow(words) {
  const wanted = words.trim().toLowerCase();
  for (const place of places) place.hidden = !place.textContent.toLowerCase().includes(wanted);
  palette.querySelector("[data-palette-none]").hidden = places.some((place) => !place.hidden);
}

palette?.addEventListener("input", (event) => narrow(event.target.value));
palette?.addEventListener("click", (event) => event.target === palette && palette.close());
palette?.addEventListener("keydown", (event) => {
  const shown = places.filter((place) => !place.hidden).map((place) => place.querySelector("a"));
  if (event.key === "Enter" && event.target.matches("input")) shown[0]?.click();
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const at = shown.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  (shown[at] ?? palette.querySelector("input")).focus();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
  }
});

// --- relative times, as console/web/components/numbers.py writes them ---

function relative(seconds) {
  const size = Math.abs(seconds);
  const [unit, name] = size < 60 ? [1, "s"] : size < 3600 ? [60, "min"] : size < 172800 ? [3600, "h"] : [86400, "days"];
  const amount = `${Math.floor(size / unit)} ${name}`;
  return seconds < 0 ? `in ${amount}` : `${amount} ago`;
}

setInterval(() => {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const text = relative(Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000));
    if (time.textContent !== text) time.textContent = text;
  }
}, 1000);

// --- arrows in tables move between the links and buttons of the same column ---

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const cell = event.target.closest?.("tbody :is(td, th)");
  if (!cell || !event.target.matches("a, button")) return;
  let row = cell.parentElement;
  const step = event.key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling";
  while ((row = row[step])) {
    const goal = row.cells[cell.cellIndex]?.querySelector("a, button");
    if (!goal) continue;
    event.preventDefault();
    goal.focus();
    return;
  }
});
