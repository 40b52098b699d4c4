// Forms: the first error takes the focus, what was typed is not lost by accident, a form is sent once.

function focusFirstError(within) {
  const summary = within.querySelector("[data-focus]");
  const first = within.querySelector('[aria-invalid="true"]');
  (first ?? summary)?.focus();
}

focusFirstError(document);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.xhr?.status === 422) focusFirstError(event.detail.elt);
});

// A form marked data-guard asks before its unsaved changes are left.
const changed = new WeakSet();
const guarded = () => [...document.querySelectorAll("form[data-guard]")].filter((form) => changed.has(form));

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) changed.add(form);
});
document.addEventListener("submit", (event) => {
  changed.delete(event.target);
  const again = event.target.dataset.sent === "true";
  if (again) event.preventDefault();
  if (event.target.matches("form[method=post]:not([hx-post])")) event.target.dataset.sent = "true";
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-guard]");
  if (form && event.detail.successful) changed.delete(form);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
addEventListener("beforeunload", (event) => {
  if (guarded().length) event.preventDefault();
});
