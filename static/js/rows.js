// Rows of keys and values: one more when asked for. Values are never copied along.

const rows = document.querySelector("[data-rows]");
const button = document.querySelector("[data-add-row]");

function add() {
  const all = rows.querySelectorAll("[data-row]");
  const made = all[all.length - 1].cloneNode(true);
  const number = all.length;
  for (const label of made.querySelectorAll("label[for]")) {
    label.htmlFor = label.htmlFor.replace(/\d+$/, number);
    label.textContent = label.textContent.replace(/\d+$/, number + 1);
  }
  for (const input of made.querySelectorAll("input, textarea")) {
    input.id = input.id.replace(/\d+$/, number);
    if (input.type === "file") input.name = `file-${number}`;
    input.value = "";
    input.readOnly = false;
  }
  for (const box of made.querySelectorAll("input[type=checkbox]")) box.closest("label").remove();
  rows.append(made);
  made.querySelector("input").focus();
}

if (rows && button) {
  button.hidden = false;
  button.addEventListener("click", add);
}
