// While an announcement is written: how many people and groups the choice reaches. Without this file a button asks.
"use strict";

const form = document.querySelector("form[data-reach]");
const shown = document.getElementById("reach");
let asked = 0;
let timer = 0;

async function count() {
  const data = new FormData(form);
  const query = new URLSearchParams({
    to: data.get("to") || "groups",
    words: data.getAll("word").join("、"),
    schools: data.get("schools") || "",
  });
  asked += 1;
  const mine = asked;
  try {
    const response = await fetch(`${form.dataset.reach}?${query}`, { credentials: "same-origin" });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("reach");
    if (fresh && mine === asked) shown.textContent = fresh.textContent;
  } catch {
    // Without a network the preview still tells.
  }
}

if (form && shown) {
  form.addEventListener("input", (event) => {
    if (!["to", "word", "schools"].includes(event.target.name)) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(count, 400);
  });
}
