// Every page works without this file. It saves waiting: parts are swapped, progress comes by itself, and what was
// written where there is no signal is kept on the device and sent once when the line is back.

const account = document.body.dataset.account || "";  // its mark: what is kept here bears it, and shows to no other

// What does nothing without this file is hidden until it is here.
function reveal(place) {
  for (const each of place.querySelectorAll("[data-script]")) each.hidden = false;
}

// --- parts: filters and pagers swap the element of the same name ---

async function swap(part, address) {
  const place = document.getElementById(part);
  if (!place) { location.assign(address); return; }
  const asked = new URL(address, location.href);
  asked.searchParams.set("part", part);
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(asked, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("not the part");
    place.innerHTML = await answer.text();
    reveal(place);
    history.replaceState(null, "", address);
  } catch { location.assign(address); }
  place.removeAttribute("aria-busy");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-part] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const part = link.closest("[data-part]").dataset.part;
  if (!document.getElementById(part)) return;
  event.preventDefault();
  swap(part, link.href).then(() => { const place = document.getElementById(part); if (place) place.scrollIntoView({ block: "start" }); });
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.filters[data-part]");
  if (form && event.target.matches("select")) form.requestSubmit();
  const all = event.target.closest("[data-all]");
  if (all) for (const box of document.querySelectorAll(`input[type=checkbox][name="${all.dataset.all}"]`)) box.checked = all.checked;
});

// What takes seconds says so, aloud too, until the next page is there.
function working(form, words) {
  const line = Object.assign(document.createElement("p"), { className: "quiet working" });
  line.setAttribute("role", "status"); form.append(line);
  setTimeout(() => { line.textContent = words; });
}

let pressed = null;  // older browsers (Chromium 80, Safari 15.3) do not say by which button a form is sent
document.addEventListener("click", (event) => { pressed = event.target.closest("button"); }, true);

document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter || (pressed && pressed.form === form ? pressed : null);
  if (form.method === "get" && form.dataset.part && document.getElementById(form.dataset.part)) {
    event.preventDefault();
    const address = new URL(form.action);
    address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
    swap(form.dataset.part, address.href);
    return;
  }
  if (form.method !== "post") return;
  if (form.dataset.keep) { event.preventDefault(); send(form, button); return; }
  // A second click while the first is under way: it would have no effect, but it worries people.
  setTimeout(() => { for (const each of form.querySelectorAll("button")) each.disabled = true; });
  if (button && button.dataset.working) working(form, button.dataset.working);
});

window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[method=post] button:disabled")) button.disabled = false;
  for (const line of document.querySelectorAll(".working")) line.remove();
});

// --- progress, as the server tells it ---

for (const place of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(place.dataset.live);
  source.onmessage = (event) => { place.innerHTML = event.data; };
  source.addEventListener("end", () => { source.close(); if (place.dataset.then !== "stay") location.reload(); });
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) setTimeout(look, 10000, place, 60); };
}

// Where too many watch already, the page itself is asked again now and then; for ten minutes, or its sitting never ends.
async function look(place, times) {
  const answer = await fetch(location.href).catch(() => null);
  if (answer && answer.ok && !answer.redirected) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector(`[data-live="${place.dataset.live}"]`);
    if (!now) { location.reload(); return; }
    place.innerHTML = now.innerHTML;
  }
  if (times > 1) setTimeout(look, 10000, place, times - 1);
}

// --- a roll, folded: how many were away is said on its outside ---

for (const kind of ["change", "filled"]) document.addEventListener(kind, (event) => {
  const form = event.target.closest("form");
  for (const roll of form ? form.querySelectorAll(".roll") : []) {
    const away = [...roll.querySelectorAll("option[data-away]")].filter((option) => option.selected).length;
    roll.querySelector("[data-tally]").textContent = away ? `${away} 人没到` : "全部到会";
    if (away) roll.querySelector("details").open = true;
  }
});

// --- a copy of a page, opened without signal: its token may have gone with a meeting written before ---

const copied = Number(document.body.dataset.copied);

function renew(form) {
  form.elements.key.value += "." + [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(copied).setHours(0, 0, 0, 0)) / 86400000);
  for (const field of form.querySelectorAll("input[type=date][max]")) {
    const last = new Date(Date.parse(field.max) + days * 86400000).toISOString().slice(0, 10);
    if (field.value === field.max) field.value = last;
    field.max = last;
  }
  tapped(form);
}

function tapped(form) {  // the kind and the day that were tapped to come here go before what is filled in
  const asked = new URLSearchParams(location.search);
  for (const [from, to] of [["kind", "kind"], ["on", "held_on"]]) if (asked.get(from) && form.elements[to]) form.elements[to].value = asked.get(from);
}
if (copied) for (const form of document.querySelectorAll("form[data-keep]")) renew(form);

// --- drafts: what is being written, on this device, for this account ---

const draftName = (form) => `draft:${account}:${form.dataset.keep}`;
const HIDDEN = new Set(["key", "form", "back"]);

function keepDraft(form) {
  const entries = [...new FormData(form)].filter(([name, value]) => !HIDDEN.has(name) && typeof value === "string");
  try { localStorage.setItem(draftName(form), JSON.stringify(entries)); } catch { /* the device is full: the page still holds it */ }
}

function fill(form, entries) {
  const values = new Map();
  for (const [name, value] of entries) values.set(name, [...(values.get(name) || []), value]);
  for (const field of form.elements) {
    if (!field.name || HIDDEN.has(field.name) || field.type === "file") continue;
    const found = values.get(field.name) || [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = found.includes(field.value);
    else if (found.length) field.value = found[found.length - 1];
  }
  form.dispatchEvent(new Event("filled", { bubbles: true }));
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  const before = new FormData(form);
  const kept = localStorage.getItem(draftName(form));
  if (kept && !document.getElementById("trouble")) {
    fill(form, JSON.parse(kept)); tapped(form);
    const again = form.querySelector("input[type=file]") ? "照片要重新选。" : "";
    const told = Object.assign(document.createElement("p"), { className: "note", textContent: `已恢复上次没有提交的内容。${again}` });
    const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "不要了，重新写" });
    drop.addEventListener("click", () => { localStorage.removeItem(draftName(form)); fill(form, [...before]); told.remove(); });
    told.append(drop); form.prepend(told);
  }
}
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-keep]");  // also one that came back with what was wrong
  if (form) keepDraft(form);
});

// --- photos: made small before they are sent; what is no photo, or would not become smaller, goes as it is ---

const EDGE = 1600, SMALL = 300000;
let shrinking = Promise.resolve();

async function small(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < SMALL) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const [shorter, longer] = [picture.width, picture.height].sort((one, other) => one - other);
    if (longer > shorter * 3) return file;  // a long page of a screen: it could not be read any more
    const share = Math.min(1, EDGE / longer);
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * share), height: Math.round(picture.height * share) });
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
    return made && made.size < file.size ? new File([made], file.name.replace(/\.\w+$/, "") + ".jpg", { type: made.type }) : file;
  } catch { return file; }
}

async function shrink(field) {
  const chosen = [...field.files], sent = new DataTransfer();
  for (const file of chosen) sent.items.add(await small(file));
  if (chosen.every((file, place) => field.files[place] === file)) field.files = sent.files;  // nothing else was chosen meanwhile
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=file][accept*='.jpg']")) shrinking = shrink(event.target).catch(() => {});
});

// --- the outbox: forms that wait for the line, in this browser's own database, each with its key ---

const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("xiaozu", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("outbox", { keyPath: "key" });
  asked.onsuccess = () => resolve(asked.result); asked.onerror = () => reject(asked.error);
});
opened.catch(() => {});

const done = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result); asked.onerror = () => reject(asked.error);
});
const store = async (mode) => (await opened).transaction("outbox", mode).objectStore("outbox");
const waiting = async () => (await done((await store("readonly")).getAll())).filter((one) => one.account === account);

async function post(letter) {
  const body = new FormData(), signal = AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined;
  for (const [name, value] of letter.entries) body.append(name, value);
  return fetch(letter.action, { method: "POST", body, headers: { "x-kept": "1" }, signal });
}

async function send(form, button) {
  await shrinking;
  const entries = [...new FormData(form)].filter(([, value]) => typeof value === "string" || value.size);
  if (button && button.name) entries.push([button.name, button.value]);
  const letter = { key: form.elements.key.value, account, action: form.action, name: form.dataset.keep, title: document.title, entries };
  for (const each of form.querySelectorAll("button")) each.disabled = true;
  let answer;
  try { answer = await post(letter); } catch { answer = null; }
  if (answer && answer.status < 500 && answer.status !== 401 && answer.status !== 503) {
    if (answer.status === 204) { localStorage.removeItem(draftName(form)); location.assign(answer.headers.get("x-to")); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    toTrouble();
    return;
  }
  try {
    await done((await store("readwrite")).put(letter));
    localStorage.removeItem(draftName(form));
    const over = answer && answer.status === 401, note = Object.assign(document.createElement("p"), { className: "note", textContent: over
      ? "登录已经过期。写好的内容存在这台设备上，重新登录后自动发送。" : "现在没有信号。写好的内容存在这台设备上，有信号时自动发送，不用重写。" });
    note.dataset.waits = letter.key;
    if (over) note.append(Object.assign(document.createElement("a"), {
      href: `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, textContent: "现在登录" }));
    form.textContent = ""; form.append(note);
  } catch { for (const each of form.querySelectorAll("button")) each.disabled = false; }
  show();
}

// 502, 503 and 504 say that the server is away for now; another 500 and above, that it stumbles over this very letter.
const AWAY = new Set([502, 503, 504]), TRIES = 3;

async function tried(letter, answer) {
  if (answer.status < 500) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const why = page.querySelector("#trouble, .lead"); letter.refused = (why && why.textContent.trim()) || "系统没有接受。";
  } else {
    letter.failed = (letter.failed || 0) + 1;
    if (letter.failed >= TRIES) letter.refused = "系统处理时出错，已经试了几次。请改一改再提交，还不行就告诉管理员。";
  }
  await done((await store("readwrite")).put(letter));
}

let sending = null;  // what is under way

function sendWaiting() {
  if (!sending && account && navigator.onLine !== false) sending = sendAll().then(() => { sending = null; return show(); });
  return sending;
}

async function sendAll() {
  let gone = false;
  try {
    for (const letter of await waiting()) {
      if (letter.refused) continue;
      const answer = await post(letter);
      if (answer.status === 401) break;  // the sitting is over, or by now another's: no letter goes
      if (answer.status === 204) {
        await done((await store("readwrite")).delete(letter.key));
        said = "刚才没有发出的内容已经发送。";
        gone = true;
        for (const note of document.querySelectorAll(`#copied, [data-waits="${letter.key}"]`)) note.remove();
      } else if (!AWAY.has(answer.status)) await tried(letter, answer);
    }
  } catch { /* still no line: the letters stay */ }
  if (gone) await anew().catch(() => {});
}

// What was sent late stands on no page made before: neither on the copies, nor on the one in view, unless one writes on it.
async function anew() {
  const found = navigator.serviceWorker && await navigator.serviceWorker.getRegistration(); if (found && found.active) found.active.postMessage({ sent: true });
  if (!document.body.hasAttribute("data-stays") || document.querySelector("form[data-keep]")) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  reveal(document);
}

let said = "";
async function show() {
  const place = document.getElementById("outbox");
  if (!place) return;
  const letters = await waiting().catch(() => []);
  place.textContent = "";
  if (letters.length) place.append(`有${letters.length}份内容存在这台设备上，还没有发出。`);
  else if (said) place.append(said);
  for (const letter of letters.filter((one) => one.refused)) {
    const again = Object.assign(document.createElement("button"), { type: "button", textContent: `修改：${letter.title}` });
    again.addEventListener("click", async () => {
      const texts = letter.entries.filter(([name, value]) => !HIDDEN.has(name) && typeof value === "string");
      localStorage.setItem(`draft:${account}:${letter.name}`, JSON.stringify(texts));
      await done((await store("readwrite")).delete(letter.key));
      location.assign((letter.entries.find(([name]) => name === "back") || ["back", "/"])[1]);
    });
    const line = document.createElement("p");
    line.append(`没有被接受：${letter.refused} `, again);
    place.append(line);
  }
  place.hidden = !letters.length && !said;
}

window.addEventListener("online", sendWaiting);
if (account && "indexedDB" in window) { show(); sendWaiting(); setInterval(sendWaiting, 20000); }

// --- signing out: nothing of one's own stays on the device, and what was not sent is not lost unasked ---

const leaving = document.getElementById("leaving");
const halfWritten = () => Object.keys(localStorage).filter((name) => name.startsWith(`draft:${account}:`));
let leaves = null;  // the button by which one signs out: here, or everywhere

function ask(letters, halves, told) {
  const left = [letters.length && `${letters.length}份没有发出`, halves.length && `${halves.length}份没有写完`].filter(Boolean).join("，");
  leaving.querySelector("[value=send]").hidden = letters.every((one) => one.refused);
  leaving.querySelector("[role=status]").textContent = told + (left && `这台设备上有您写的内容：${left}。退出后这里不再保留。`);
  leaving.hidden = false;
  leaving.focus();
  const drop = leaving.querySelector("[value=drop]");
  drop.disabled = true;  // a second tap on the button in the menu must not fall on it
  setTimeout(() => { drop.disabled = false; }, 600);
}

async function leave(tried) {
  const letters = await waiting().catch(() => []), halves = halfWritten();
  const why = letters.some((one) => one.refused) ? "有内容没有被接受，请先改好。" : "没有发出：现在没有信号，或者登录已经过期。";
  if (letters.length || halves.length) ask(letters, halves, tried && letters.length ? why : "");
  else signOut();
}

async function signOut() {
  const entries = [...new FormData(leaves.form), [leaves.name, leaves.value]];
  const answer = await post({ action: leaves.form.action, entries }).catch(() => null);
  if (!answer || answer.status !== 401) { ask([], [], "没有退出：现在没有信号，或者系统没有回应。请稍后再试。"); return; }
  await sending;
  await forget().catch(() => {});
  location.assign(answer.headers.get("x-to"));
}

async function forget() {
  for (const name of halfWritten()) localStorage.removeItem(name);
  localStorage.setItem("left", account);  // the other windows hear it, and keep nothing more
  localStorage.removeItem("left");
  if ("caches" in window) await caches.delete("pages");
  for (const { key } of await waiting()) await done((await store("readwrite")).delete(key));
}

const CHOICES = { send: () => Promise.resolve(sendWaiting()).then(() => leave(true)), drop: signOut, stay: () => document.querySelector(".me summary").focus() };

document.addEventListener("click", (event) => {
  const button = event.target.closest("#sign-out button, #leaving button");
  if (!button || !leaving) return;
  event.preventDefault();
  leaving.hidden = true;
  document.querySelector(".me").open = false;
  if (button.form) { leaves = button; leave(false); } else CHOICES[button.value]();
});
window.addEventListener("storage", ({ key, newValue }) => { if (account && key === "left" && newValue === account) setTimeout(() => location.assign("/sign-in"), 2500); });  // the window in which one left comes first: the door speaks once

// --- copies: the pages that open without signal are kept by a worker, where the browser has one (see worker.js) ---

if (account && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/worker.js", { updateViaCache: "all" }).then(() => navigator.serviceWorker.ready).then(({ active }) => {
    const ahead = [...document.querySelectorAll("a[data-ahead]")].map((link) => link.href);
    if (document.body.hasAttribute("data-stays") && !copied) active.postMessage({ seen: location.href, ahead });
  }).catch(() => {});
}

// --- small things ---

reveal(document);

function toTrouble() { const place = document.getElementById("trouble"); if (place) place.focus(); } toTrouble();
for (const here of document.querySelectorAll("nav [aria-current]")) here.parentElement.scrollLeft = here.offsetLeft - 40;
for (const field of document.querySelectorAll("input[type=date][data-today]")) if (!field.value) field.value = new Date().toLocaleDateString("sv");
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const open of document.querySelectorAll("details.me[open]")) open.open = false;
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.me[open]")) if (!open.contains(event.target)) open.open = false;
});
