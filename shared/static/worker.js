// Without signal a leader's month and the form of a record open as they were last seen. Everything else is left to the
// browser. Only pages that the server marks are kept, of one account, and nothing of it stays once that account signs
// out or anybody comes to the door. Over plain http in an office's network there is no such worker, and all works without.

const PAGES = "pages", STATIC = "static";
const PATIENCE = 4000;  // milliseconds for the line, where there is a copy
const STALE = 7 * 86400000;  // a copy is shown for a week
const FRESH = 3600000;  // and one that is an hour old is not fetched ahead again
const FOR = "x-stays", AT = "x-kept-at";

let writing = Promise.resolve();  // a copy that is being replaced is not there for a moment
let forgotten = 0;  // counts: what was asked for before people signed out is not kept after

async function forget() {
  forgotten += 1;
  await caches.delete(PAGES);
}

// One copy of a page, whatever its filters; but for each group its own.
function nameOf(address) {
  const { origin, pathname, searchParams } = new URL(address);
  return `${origin}${pathname}?group_id=${searchParams.get("group_id") || ""}`;
}

async function copyOf(address) {
  await writing;
  const cache = await caches.open(PAGES), found = await cache.match(nameOf(address));
  if (!found || Date.now() - Number(found.headers.get(AT)) < STALE) return found;
  await cache.delete(nameOf(address));
  return undefined;
}

// --- keeping ---

async function keep(address, answer, before) {
  const whose = answer.headers.get(FOR);
  if (!answer.ok || answer.redirected || !whose) return;
  const html = (await answer.text()).replace(/<p class="said" role="status">[^]*?<\/p>/, "");
  await keepStatic(html);
  const cache = await caches.open(PAGES);
  for (const name of await cache.keys()) {
    const other = await cache.match(name);
    if (other && other.headers.get(FOR) !== whose) await cache.delete(name);
  }
  if (before !== forgotten) return;
  const headers = { "content-type": "text/html; charset=utf-8", [FOR]: whose, [AT]: String(Date.now()) };
  headers["content-security-policy"] = answer.headers.get("content-security-policy") || "default-src 'none'";
  writing = writing.then(() => cache.put(nameOf(address), new Response(html, { headers }))).catch(() => {});
  await writing;
  if (before !== forgotten) await forget();
}

async function keepStatic(html) {
  const cache = await caches.open(STATIC);
  for (const [, address] of html.matchAll(/"(\/static\/[^"]+)"/g)) {
    if (await cache.match(address)) continue;
    const answer = await fetch(address);
    if (!answer.ok) continue;
    for (const old of await cache.keys()) if (new URL(old.url).pathname === address.split("?")[0]) await cache.delete(old);
    await cache.put(address, answer);
  }
}

async function lookAhead(address) {
  const copy = await copyOf(address);
  if (copy && Date.now() - Number(copy.headers.get(AT)) < FRESH) return;
  const before = forgotten;
  await keep(address, await fetch(address, { headers: { accept: "text/html" } }), before);
}

// Something was sent late: every copy is of a time before it.
async function anew() {
  const before = forgotten;
  for (const { url } of await (await caches.open(PAGES)).keys()) await keep(url, await fetch(url, { headers: { accept: "text/html" } }), before);
}

self.addEventListener("message", (event) => {
  const { seen, ahead = [], sent } = event.data || {};
  event.waitUntil(sent ? anew().catch(() => {}) : Promise.all([seen, ...ahead].filter(Boolean).map((one) => lookAhead(one).catch(() => {}))));
});

// --- answering ---

const two = (number) => String(number).padStart(2, "0");

async function shown(copy) {
  const at = new Date(Number(copy.headers.get(AT)));
  const when = `${at.getMonth() + 1}月${at.getDate()}日${two(at.getHours())}:${two(at.getMinutes())}`;
  const bar = `<p class="note" id="copied" role="status">没有信号：这是${when}存下的页面，写好后有信号时自动提交。</p>`;
  const html = (await copy.text())
    .replace("<body", `<body data-copied="${at.getTime()}"`)
    .replace('<div id="outbox"', `${bar}<div id="outbox"`);
  return new Response(html, { headers: copy.headers });
}

async function page(event) {
  const { url } = event.request, before = forgotten;
  const copy = await copyOf(url);
  const asked = fetch(event.request);
  event.waitUntil(asked.then((answer) => keep(url, answer.clone(), before)).catch(() => {}));
  if (!copy) return asked;
  const patience = new Promise((_, reject) => { setTimeout(reject, PATIENCE); });
  return Promise.race([asked, patience]).catch(() => shown(copy));
}

// The addresses that lead on to one's own desk.
async function home(event) {
  const desk = "/activities/todos";
  return fetch(event.request).catch(async (error) => {
    if (await copyOf(self.location.origin + desk)) return Response.redirect(desk, 302);
    throw error;
  });
}

async function file(request) {
  const cache = await caches.open(STATIC);
  return (await cache.match(request)) || fetch(request).catch(async () => (await cache.match(request, { ignoreSearch: true })) || Response.error());
}

self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (pathname.startsWith("/sign-in") || pathname === "/sign-out") { event.waitUntil(forget()); return; }
  if (request.method !== "GET") return;
  if (pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode !== "navigate") return;
  else if (pathname === "/" || pathname === "/activities/" || pathname === "/activities/desk") event.respondWith(home(event));
  else if (/^\/activities\/(todos|records\/new|concerns\/new|groups\/\d+)$/.test(pathname)) event.respondWith(page(event));
});

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
