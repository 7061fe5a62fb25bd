// Makes the page live. Everything here also works as plain links and forms; this only saves the reloads.
"use strict";

const page = document.getElementById("page");
const dialog = document.getElementById("dialog");
const dialogContent = document.getElementById("dialog-content");
const PARTS = { clock: ["clock"], faults: ["faults-now", "skew"], switches: ["switches"] };
const NEAR = 140; // pixels from the end of a chat that still count as reading its end
const ROWS = 100;

let feed = null;
let losing = 0;

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const element = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
};

// ---- Words for the person

function tell(sentence, wrong = false) {
  if (!sentence) return;
  const notice = document.createElement("p");
  notice.className = wrong ? "notice wrong" : "notice";
  notice.textContent = sentence;
  const notices = document.getElementById("notices");
  notices.append(notice);
  while (notices.childElementCount > 1) notices.firstElementChild.remove();
  setTimeout(() => notice.remove(), 4000 + 90 * sentence.length);
}

async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, { ...options, headers: { "X-Live": "1" } });
    if (answer.ok) return answer;
    const told = await answer.json().catch(() => ({ notice: "这一步没有成功，请刷新页面再试。" }));
    tell(told.notice, true);
  } catch {
    tell("和练习场的连接断了，请稍等再试。", true);
  }
  return null;
}

async function other(address) {
  const answer = await ask(address);
  return answer && new DOMParser().parseFromString(await answer.text(), "text/html");
}

// ---- Chats

const scroller = (platform) => find(`#${platform} .scroll`);

function toEnd(box) {
  if (box) box.scrollTop = box.scrollHeight;
}

// The row of chats shows on which side it goes on; the open one is always to be seen.
function edges(row) {
  const left = row.scrollWidth - row.clientWidth - row.scrollLeft;
  row.parentElement.classList.toggle("more-before", row.scrollLeft > 1);
  row.parentElement.classList.toggle("more-after", left > 1);
}

function rows() {
  for (const row of all(".chats .row")) {
    const open = find("[aria-current]", row);
    if (open && open.offsetLeft + open.offsetWidth + 44 > row.scrollLeft + row.clientWidth) row.scrollLeft = open.offsetLeft - 44;
    edges(row);
  }
}

const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;

function put(list, number, html, isNew) {
  const fresh = element(html);
  const old = find(`[data-number="${number}"]`, list);
  if (old) {
    // Drawing the same again would be read aloud again, and would close an open list.
    old.classList.remove("new");
    if (old.outerHTML === fresh.outerHTML) return false;
    old.replaceWith(fresh);
  } else {
    const after = all(":scope > [data-number]", list).find((one) => Number(one.dataset.number) > number);
    if (isNew) fresh.classList.add("new");
    list.insertBefore(fresh, after ?? null);
  }
  return fresh;
}

function show(platform, chat, change) {
  const box = scroller(platform);
  const list = box && find(".messages", box);
  if (!list || list.dataset.chat !== chat) return;
  const stays = atEnd(box);
  const mine = change(list);
  find(".welcome", box).hidden = list.childElementCount > 0;
  if (stays || mine) toEnd(box);
}

const heard = {
  // The first word of every connection: whether this still is the server that drew the page.
  opening({ instance, restarted }) {
    if (instance === page.dataset.instance) return;
    page.dataset.instance = instance;
    tell(restarted);
    document.getElementById("wire").replaceChildren();
    document.getElementById("wire-empty").hidden = false;
    heard.changed({ part: "switches" });
  },
  chat({ platform, chat, messages, busy, can_bind }) {
    show(platform, chat, (list) => {
      const there = new Set(messages.map(({ number }) => String(number)));
      for (const one of all(":scope > [data-number]", list)) if (!there.has(one.dataset.number)) one.remove();
      for (const { number, html } of messages) put(list, number, html, false);
    });
    heard.busy({ platform, busy, can_bind });
  },
  message({ platform, chat, number, html }) {
    show(platform, chat, (list) => {
      const fresh = put(list, number, html, true);
      return fresh && fresh.classList.contains("new") && fresh.classList.contains("own");
    });
  },
  busy({ platform, busy, can_bind }) {
    const box = scroller(platform);
    if (!box) return;
    const stays = atEnd(box);
    find(".typing", box).hidden = !busy;
    const code = document.getElementById(`${platform}-code`);
    if (code) code.hidden = !can_bind;
    if (busy && stays) toEnd(box);
  },
  unread({ platform, chat, unread }) {
    const tab = all(`#${platform} .chats a`).find((one) => one.dataset.chat === chat);
    if (tab) find(".unread", tab).hidden = unread === 0 || tab.hasAttribute("aria-current");
  },
  wire({ rows }) {
    const list = document.getElementById("wire");
    for (const html of rows) {
      const fresh = element(html);
      const number = Number(fresh.dataset.number);
      const old = find(`[data-number="${number}"]`, list);
      if (old) old.replaceWith(fresh);
      else {
        if (list.offsetParent) fresh.classList.add("new");
        list.insertBefore(fresh, all(":scope > li", list).find((one) => Number(one.dataset.number) < number) ?? null);
      }
    }
    while (list.childElementCount > ROWS) list.lastElementChild.remove();
    document.getElementById("wire-empty").hidden = true;
  },
  notice({ text }) {
    tell(text, true);
  },
  changed({ part }) {
    stale.add(part);
    clearTimeout(refreshing);
    refreshing = setTimeout(refresh, 40);
  },
};

// ---- Parts that are drawn anew as a whole

const stale = new Set();
let refreshing = 0;

async function refresh() {
  const ids = [...stale].flatMap((part) => PARTS[part] ?? []);
  stale.clear();
  const fresh = await other(location.href);
  if (fresh) for (const id of ids) swap(id, fresh);
}

function swap(id, fresh) {
  const old = document.getElementById(id);
  const now = fresh.getElementById(id);
  if (!old || !now || old.innerHTML === now.innerHTML) return;
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const open = Boolean(find("details[open]", old));
  old.replaceWith(now);
  if (open && find("details", now)) find("details", now).open = true;
  if (held) again(held, now)?.focus({ preventScroll: true });
}

// The control that does the same as one that has just been drawn anew.
function again(held, within) {
  if (held.id) return document.getElementById(held.id);
  const same = (one) => one.name === held.name && one.textContent === held.textContent;
  if (held.getAttribute("aria-labelledby")) {
    return find(`[aria-labelledby="${CSS.escape(held.getAttribute("aria-labelledby"))}"]`, within);
  }
  return all(held.tagName, within).find(same);
}

// ---- Somebody else's phone, another chat

async function turn(address, platform, push = true) {
  const fresh = await other(address);
  if (!fresh) return;
  if (push) history.pushState(null, "", address);
  const draft = find(`#${platform} textarea`)?.value;
  for (const phone of all(".phone", fresh)) {
    // The other phone only needs the new address in its links and forms.
    const typed = find(`#${phone.id} textarea`)?.value;
    const where = scroller(phone.id)?.scrollTop;
    document.getElementById(phone.id).replaceWith(phone);
    const entry = find("textarea", phone);
    if (entry && phone.id !== platform) entry.value = typed ?? "";
    if (phone.id === platform) toEnd(scroller(phone.id));
    else if (scroller(phone.id)) scroller(phone.id).scrollTop = where;
  }
  for (const id of ["faults", "switches", "wire-tab", "clock"]) document.getElementById(id).replaceWith(fresh.getElementById(id));
  find(".panels").replaceWith(find(".panels", fresh));
  find(".phones-switch").replaceWith(find(".phones-switch", fresh));
  page.dataset.show = find("#page", fresh).dataset.show;
  page.dataset.events = find("#page", fresh).dataset.events;
  if (draft === undefined || !matchMedia("(hover: none)").matches) find(`#${platform} textarea`)?.focus({ preventScroll: true });
  rows();
  listen();
}

function open(panel, address) {
  for (const tab of all(".panels a")) {
    const chosen = tab.dataset.panel === panel;
    tab.toggleAttribute("aria-current", chosen);
    if (chosen) tab.setAttribute("aria-current", "true");
  }
  for (const [name, id] of [["faults", "faults"], ["switches", "switches"], ["wire", "wire-tab"]]) {
    document.getElementById(id).hidden = name !== panel;
  }
  history.replaceState(null, "", address);
}

function hold(platform, address) {
  page.dataset.show = platform;
  for (const one of all(".phones-switch a")) {
    one.toggleAttribute("aria-current", one.dataset.showPhone === platform);
    if (one.dataset.showPhone === platform) one.setAttribute("aria-current", "true");
  }
  history.replaceState(null, "", address);
  toEnd(scroller(platform));
  rows();
}

// ---- The dialog

async function look(address) {
  const fresh = await other(address);
  const content = fresh && fresh.getElementById("content");
  if (!content) return;
  dialogContent.replaceChildren(content);
  if (!dialog.open) dialog.showModal();
  find("[autofocus]", dialogContent)?.focus();
  dialogContent.scrollTop = 0;
}

let searching = 0;
let asked = 0;

async function search(form) {
  const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
  const mine = (asked += 1);
  const fresh = await other(address);
  // An answer that comes after a later question must not replace the later one.
  if (fresh && mine === asked) document.getElementById("results")?.replaceWith(fresh.getElementById("results"));
}

function walk(event) {
  const rows = all("#results a", dialog);
  if (!rows.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  if (event.target.type === "radio") return;
  event.preventDefault();
  const at = rows.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  if (next < 0) find("input[type=search]", dialog).focus();
  else rows[Math.min(next, rows.length - 1)].focus();
}

// ---- Sending

async function send(form, button) {
  const data = new URLSearchParams(new FormData(form));
  if (button?.name) data.append(button.name, button.value);
  const entry = find("textarea", form);
  const words = entry?.value ?? "";
  const kind = button?.name === "kind" ? button.value : "text";
  if (form.hasAttribute("data-clears")) {
    if (kind === "text" && !words.trim()) return void entry.focus();
    if (kind === "text" || kind === "voice") grow(entry, "");
  }
  closeMenus();
  const answer = await ask(form.action, { method: "POST", body: data });
  if (!answer) {
    // What could not be sent is not lost.
    if (entry && !entry.value) grow(entry, words);
    return;
  }
  const told = await answer.json();
  tell(told.notice);
  if (told.draft) {
    const phone = form.closest(".phone");
    grow(find("textarea", phone), told.draft);
    find("textarea", phone).focus();
  }
}

function grow(entry, words) {
  if (words !== undefined) entry.value = words;
  entry.style.height = "auto";
  entry.style.height = `${Math.min(entry.scrollHeight + 2, 132)}px`;
}

// A link that lets the person say something, as DingTalk has them.
function say(words, inside) {
  const data = new URLSearchParams(new FormData(find(".composer", inside.closest(".phone"))));
  data.set("number", inside.closest("[data-number]").dataset.number);
  data.set("key", words);
  ask(page.dataset.press, { method: "POST", body: data });
}

function closeMenus(except) {
  for (const menu of all(".attach[open], .jump[open]")) if (menu !== except) menu.open = false;
}

// ---- The clock: counts by itself between two looks at the server

let wall = 0;
let since = 0;

function tick() {
  const now = find("#clock .now");
  if (!now) return;
  if (now.dataset.wall !== String(wall)) {
    wall = Number(now.dataset.wall);
    since = performance.now();
  }
  const shown = new Date(wall + performance.now() - since);
  const two = (number) => String(number).padStart(2, "0");
  find("time", now).textContent = `${two(shown.getUTCHours())}:${two(shown.getUTCMinutes())}:${two(shown.getUTCSeconds())}`;
  find(".day", now).textContent = `${shown.getUTCFullYear()}年${shown.getUTCMonth() + 1}月${shown.getUTCDate()}日 星期${"日一二三四五六"[shown.getUTCDay()]}`;
}

// ---- The live feed

function listen() {
  feed?.close();
  feed = new EventSource(page.dataset.events);
  for (const [name, does] of Object.entries(heard)) {
    feed.addEventListener(name, (event) => does(JSON.parse(event.data)));
  }
  feed.addEventListener("open", () => {
    clearTimeout(losing);
    losing = 0;
    document.getElementById("offline").hidden = true;
  });
  feed.addEventListener("error", () => {
    losing ||= setTimeout(() => (document.getElementById("offline").hidden = false), 2500);
    // A browser gives up by itself when the answer was no stream, as while a server starts.
    if (feed.readyState === EventSource.CLOSED && !document.hidden) setTimeout(listen, 2000);
  });
}

// A browser keeps few connections to one address, and many tabs would use them up.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) feed?.close();
  else listen();
});

// ---- What people do

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest(".attach, .jump"));
  const link = event.target.closest("a");
  if (event.target === dialog) return void dialog.close();
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const text = find("pre", copy.closest("details")).textContent;
    navigator.clipboard?.writeText(text).then(() => tell("复制好了。"), () => tell("浏览器不让复制，请手动选中。", true));
    return;
  }
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.dataset.say !== undefined) say(link.dataset.say, link);
  else if (link.dataset.dialog !== undefined) look(link.href);
  else if (link.dataset.swap) {
    if (dialog.open) dialog.close();
    turn(link.href, link.dataset.swap);
  } else if (link.dataset.panel) open(link.dataset.panel, link.href);
  else if (link.dataset.showPhone) hold(link.dataset.showPhone, link.href);
  else return;
  event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches(".finder")) search(form);
  else if (form.hasAttribute("data-live")) send(form, event.submitter);
  else return;
  event.preventDefault();
});

document.addEventListener("input", (event) => {
  const entry = event.target;
  if (entry.matches(".composer textarea")) grow(entry);
  if (entry.form?.matches(".finder")) {
    clearTimeout(searching);
    searching = setTimeout(() => search(entry.form), 120);
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-saves]")) event.target.form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = event.target.closest(".attach[open], .jump[open]");
    closeMenus();
    if (menu) find("summary", menu).focus();
  }
  if (dialog.open) walk(event);
  // While somebody writes Chinese, Enter takes the word that the input method offers.
  const writing = event.isComposing || event.keyCode === 229;
  if (event.key === "Enter" && !event.shiftKey && !writing && event.target.matches(".composer textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit(find(".send", event.target.form));
  }
});

window.addEventListener("popstate", () => turn(location.href, page.dataset.show, false));

document.documentElement.classList.add("live");
for (const platform of ["wecom", "dingtalk"]) toEnd(scroller(platform));
document.addEventListener("scroll", (event) => event.target.matches?.(".chats .row") && edges(event.target), true);
window.addEventListener("resize", rows);
rows();
for (const notice of all("#notices .notice")) setTimeout(() => notice.remove(), 8000);
setInterval(tick, 500);
tick();
listen();
