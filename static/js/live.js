// Live parts: the new fragment is patched into the old one, so that focus, open menus and scrolling stay.

const KEPT = new Set(["open", "aria-pressed", "data-sent"]);

function alike(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id ?? "") === (other.id ?? "");
}

function patchAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !KEPT.has(name)) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
  }
}

function patch(old, fresh, added) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.isEqualNode(fresh) || old.matches("input:focus, textarea:focus, select:focus")) return;
  patchAttributes(old, fresh);
  patchChildren(old, fresh, added);
}

function patchChildren(old, fresh, added) {
  let here = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const found = match(here, wanted, old);
    if (!found) {
      old.insertBefore(wanted, here);
      if (wanted.nodeType === Node.ELEMENT_NODE) added.push(wanted);
      continue;
    }
    while (here !== found) {
      const gone = here;
      here = here.nextSibling;
      gone.remove();
    }
    here = found.nextSibling;
    patch(found, wanted, added);
  }
  while (here) {
    const gone = here;
    here = here.nextSibling;
    gone.remove();
  }
}

// An element with an id is looked for among those that follow; others match in place.
function match(here, wanted) {
  if (!here) return null;
  if (alike(here, wanted)) return here;
  if (!wanted.id) return null;
  for (let next = here.nextSibling; next; next = next.nextSibling) if (alike(next, wanted)) return next;
  return null;
}

function define() {
  window.htmx.defineExtension("patch", {
    isInlineSwap: (style) => style === "patch",
    handleSwap(style, target, fragment) {
      if (style !== "patch") return false;
      const fresh = fragment.firstElementChild;
      if (!fresh) return [];
      if (fresh.getAttribute("hx-trigger") !== target.getAttribute("hx-trigger")) {
        target.replaceWith(fresh);
        return [fresh];
      }
      const added = [];
      patch(target, fresh, added);
      return added;
    },
  });
}

if (window.htmx) define();
