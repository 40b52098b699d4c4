// Charts: the figure comes from the server; names of tokens become colours of the theme in force.

const source = document.querySelector("script[data-plotly]").dataset.plotly;

const library = new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = source;
  script.addEventListener("load", () => resolve(window.Plotly));
  script.addEventListener("error", reject);
  document.head.append(script);
});

const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);

function token(name) {
  if (name === "--font") return getComputedStyle(document.body).fontFamily;
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

function resolved(value) {
  if (typeof value === "string") return value.startsWith("--") ? token(value) : value;
  if (Array.isArray(value)) return value.map(resolved);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolved(inner)]));
  }
  return value;
}

async function draw(place) {
  try {
    place.figure ??= await fetch(place.dataset.chart, { headers: { Accept: "application/json" } }).then((answer) => {
      if (!answer.ok) throw new Error(`the console answered ${answer.status}`);
      return answer.json();
    });
    const Plotly = await library;
    const { data, layout, config } = resolved(place.figure);
    await Plotly.react(place, data, layout, config);
  } catch (error) {
    place.textContent = `The chart could not be drawn: ${error.message ?? "its script did not load"}. The table has the same numbers.`;
    place.classList.add("plot--failed");
  }
  place.removeAttribute("aria-busy");
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((each) => each.isIntersecting)) {
    seen.unobserve(entry.target);
    draw(entry.target);
  }
});
for (const place of document.querySelectorAll("[data-chart]")) seen.observe(place);

const redraw = () => document.querySelectorAll("[data-chart]").forEach((place) => place.figure && draw(place));
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
