// Dialogs: opened by a button that names one, closed by Esc or their own button, confirmed by a typed name.

const native = "commandForElement" in HTMLButtonElement.prototype;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const closer = event.target.closest("[data-close]");
  if (opener && !native) document.getElementById(opener.dataset.dialog)?.showModal();
  if (closer && !native) document.getElementById(closer.dataset.close)?.close();
  if (event.target.matches("dialog[open].dialog")) event.target.close();
});

function guard(form) {
  const typed = form.elements.namedItem("typed");
  const button = document.querySelector(`button[type=submit][form="${form.id}"]`);
  if (!typed || !button) return;
  const right = typed.value.trim() === form.dataset.typed;
  typed.setCustomValidity(right ? "" : `Type ${form.dataset.typed} to go on.`);
  button.setAttribute("aria-disabled", String(!right));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-typed]");
  if (form) guard(form);
});

for (const form of document.querySelectorAll("form[data-typed]")) guard(form);
document.addEventListener("htmx:load", (event) => {
  for (const form of event.target.querySelectorAll?.("form[data-typed]") ?? []) guard(form);
});
