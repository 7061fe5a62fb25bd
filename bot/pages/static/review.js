// Reviews by keyboard. Everything here can be done by mouse, by touch and without this file.
"use strict";

const list = document.querySelector("[data-review=list]");
const item = document.querySelector("[data-review=item]");
const rows = list ? [...list.querySelectorAll("[data-row]")] : [];
const keys = document.getElementById("keys");
const OFF = "review-keys-off";
let here = -1;

function stand(at) {
  if (!rows.length) return;
  here = Math.max(0, Math.min(rows.length - 1, at));
  rows.forEach((row, place) => row.toggleAttribute("data-here", place === here));
  rows[here].querySelector("a.main").focus();
  rows[here].scrollIntoView({ block: "nearest" });
}

function openLink() {
  const within = list ? rows[here] : item;
  const link = within && within.querySelector("[data-link]");
  if (link) link.click();
}

function boxOf(row) {
  return row ? row.querySelector("input[name=item]") : null;
}

function chosen() {
  return rows.filter((row) => boxOf(row) && boxOf(row).checked);
}

function chooseHere() {
  if (!chosen().length && boxOf(rows[here])) boxOf(rows[here]).checked = true;
  return chosen().length;
}

function decide(verdict, word) {
  const within = list || item;
  const button = within && within.querySelector(`button[name=verdict][value=${verdict}]`);
  if (!button || button.disabled) return;
  if (!list) {
    button.click();
    return;
  }
  const alone = !chosen().length;
  const count = chooseHere();
  if (!count) return;
  if (window.confirm(`${count} 份定为${word}？`)) button.click();
  else if (alone) boxOf(rows[here]).checked = false;
}

function sendBack() {
  const field = (list || item).querySelector("input[name=reason]");
  if (!field || field.closest("form[action$='/reopen']")) return;
  if (list && !chooseHere()) return;
  field.focus();
}

function go(selector) {
  const link = document.querySelector(selector);
  if (link) window.location.assign(link.href);
}

const DOES = {
  j: () => (list ? stand(here + 1) : go("[data-next]")),
  k: () => (list ? stand(here - 1) : go("[data-list]")),
  o: openLink,
  x: () => {
    const box = boxOf(rows[here]);
    if (box) box.checked = !box.checked;
  },
  p: () => decide("pass", "合格"),
  e: () => decide("excellent", "优秀"),
  r: sendBack,
  "?": () => {
    keys.open = !keys.open;
    if (keys.open) keys.scrollIntoView({ block: "nearest" });
  },
};

function isTyping(target) {
  return target.matches("input:not([type=checkbox]), textarea, select") || target.isContentEditable;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isTyping(event.target)) return;
  if (event.repeat && event.key !== "j" && event.key !== "k") return;
  if (localStorage.getItem(OFF) || !keys || !Object.hasOwn(DOES, event.key)) return;
  event.preventDefault();
  DOES[event.key]();
});

// Enter below the list would press the button that decides nothing: a reason is written to send back.
const reason = list && list.querySelector("input[name=reason]");
if (reason) {
  reason.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const count = chosen().length;
    if (count && window.confirm(`${count} 份退回？`)) list.querySelector("button[name=verdict][value=return]").click();
  });
}

const turn = keys && keys.querySelector("[data-keys]");
if (turn) {
  const say = () => {
    turn.textContent = localStorage.getItem(OFF) ? "打开快捷键" : "关掉快捷键";
  };
  turn.hidden = false;
  turn.addEventListener("click", () => {
    if (localStorage.getItem(OFF)) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    say();
  });
  say();
}

// Whoever has it open is shown to colleagues, as after 查看 in the chat.
const claim = document.querySelector("[data-claim]");
if (claim) {
  fetch(claim.action, { method: "POST", body: new URLSearchParams(new FormData(claim)), redirect: "manual" }).catch(() => {});
}
