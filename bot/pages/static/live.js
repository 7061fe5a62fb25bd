// What has data-refresh="seconds" and an id is replaced by the same element of a freshly fetched page.
// data-refresh-from: another address that shows it. It rests while the page is hidden, or left alone for ten minutes.
"use strict";

const LEFT_ALONE_MS = 10 * 60 * 1000;
let touched = Date.now();
for (const name of ["pointerdown", "keydown", "scroll"]) {
  document.addEventListener(name, () => { touched = Date.now(); }, { passive: true });
}

function mayLook(element) {
  return !document.hidden && Date.now() - touched < LEFT_ALONE_MS && !element.contains(document.activeElement);
}

async function refresh(element) {
  const from = element.dataset.refreshFrom || window.location.href;
  const response = await fetch(from, { credentials: "same-origin" });
  if (!response.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.getElementById(element.id);
  if (!fresh) return null;
  for (const one of element.querySelectorAll("details[id][open]")) {
    const same = fresh.querySelector(`details[id="${CSS.escape(one.id)}"]`);
    if (same) same.open = true;
  }
  if (fresh.innerHTML !== element.innerHTML) element.replaceChildren(...fresh.childNodes);
  return fresh;
}

function keep(element) {
  const seconds = Math.max(5, Number(element.dataset.refresh) || 15);
  const timer = window.setInterval(async () => {
    if (!mayLook(element)) return;
    try {
      const fresh = await refresh(element);
      // Nothing more to come, or logged out meanwhile.
      if (!fresh || !fresh.dataset.refresh) window.clearInterval(timer);
    } catch {
      // Without a network it is tried again the next time.
    }
  }, seconds * 1000);
}

for (const element of document.querySelectorAll("[data-refresh][id]")) keep(element);
