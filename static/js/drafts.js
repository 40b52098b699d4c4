// What was typed into a questionnaire outlives a session that ends meanwhile: this tab keeps it until its next page.

const KEY = "draft";
const form = document.querySelector("form[data-draft]");

function typed() {
  return [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
}

form?.addEventListener("input", () => {
  sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, fields: typed() }));
});

// Returns whether the field held something else.
function put(field, fields) {
  const values = fields.filter(([name]) => name === field.name).map(([, value]) => value);
  if (field.type === "radio" || field.type === "checkbox") {
    const was = field.checked;
    field.checked = values.includes(field.value);
    return field.checked !== was;
  }
  if (!values.length || field.value === values[0]) return false;
  [field.value] = values;
  return true;
}

function restore(fields) {
  const inputs = [...form.elements].filter((field) => field.name && !field.disabled && !/hidden|submit/.test(field.type));
  if (!inputs.map((field) => put(field, fields)).includes(true)) return;
  form.dispatchEvent(new Event("change", { bubbles: true }));
  document.dispatchEvent(new CustomEvent("toast", { detail: "What you had typed is back." }));
}

addEventListener("load", () => {
  if (!document.querySelector(".app")) return; // signing in again
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  if (form && kept?.path === location.pathname) restore(kept.fields);
});
