// Service worker of visits: keeps the pages a member has seen or taken along, their files and the images of papers.
// It answers for pages of visits alone; every other address goes to the network untouched. Nothing is sent from here.
const VERSION = '1', PAGES = 'kt-trang-' + VERSION, FILES = 'kt-tep-' + VERSION, IMAGES = 'kt-anh-' + VERSION;
const PATIENCE_MS = 6000;
const scope = new URL(registration.scope).pathname;
const isPage = url => url.pathname.startsWith(scope) && url.searchParams.has('truong') && !url.pathname.slice(scope.length).includes('/');

addEventListener('install', () => skipWaiting());
addEventListener('activate', e => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('kt-') && ![PAGES, FILES, IMAGES].includes(name)) await caches.delete(name);
  await clients.claim();
})()));

addEventListener('fetch', e => {
  const { request } = e, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  const page = request.mode === 'navigate' || (request.headers.get('Accept') || '').includes('text/html');
  // Where the device can keep or find nothing, the network answers as if nobody were between.
  const answer = found => e.respondWith(found.catch(() => fetch(request)));
  if (page && isPage(url)) answer(newest(e, key(url)));
  else if (url.pathname.startsWith('/static/')) answer(url.searchParams.has('v') ? kept(request, FILES) : file(request));
  else if (/^\/tai-lieu\/[^/]+\/\d+\/(anh|nho)$/.test(url.pathname)) answer(kept(url.pathname, IMAGES));
});

// One page has one address, whatever was done on the way to it.
function key(url) {
  const of = new URLSearchParams();
  for (const name of ['truong', 'tieu-chi']) if (url.searchParams.get(name)) of.set(name, url.searchParams.get(name));
  return `${url.pathname}?${of}`;
}

async function newest(e, address) {
  const cache = await caches.open(PAGES), before = await cache.match(address);
  const fresh = fetch(e.request).then(async answer => {
    if (answer.ok && !answer.redirected) await put(cache, address, answer);
    return before && answer.status >= 502 ? before : answer;
  });
  e.waitUntil(fresh.catch(() => {}));
  if (!before) return fresh.catch(() => lost(cache, address));
  return Promise.race([fresh.catch(() => before), new Promise(go => setTimeout(() => go(before), PATIENCE_MS))]);
}

// A device that is full keeps nothing more; what came by the network is shown all the same.
const put = (cache, address, answer) => cache.put(address, answer.clone()).catch(() => {});

async function kept(request, name) {
  const cache = await caches.open(name), before = await cache.match(request);
  if (before) return before;
  const answer = await (name === IMAGES ? fetch(request, { mode: 'no-cors', credentials: 'same-origin' }) : fetch(request));
  // Whoever is signed out is led to the sign-in page: that is no image, and would be kept as one.
  const fit = answer.ok && (name !== IMAGES || (answer.headers.get('Content-Type') || '').startsWith('image/'));
  if (fit || answer.type === 'opaque') {
    // Of a file that changed only the newest is kept.
    if (name === FILES) for (const old of await cache.keys(request, { ignoreSearch: true })) if (new URL(old.url).search) await cache.delete(old);
    await put(cache, request, answer);
  }
  return answer;
}
async function file(request) {
  const cache = await caches.open(FILES);
  try {
    const answer = await fetch(request);
    if (answer.ok) await put(cache, request, answer);
    return answer;
  } catch (away) {
    const before = await cache.match(request);
    if (before) return before;
    throw away;
  }
}

async function lost(cache, address) {
  const near = (await cache.keys()).map(r => new URL(r.url)).filter(u => u.pathname === address.split('?')[0]);
  const links = near.map(u => `<li><a href="${u.pathname}${u.search.replaceAll('&', '&amp;')}">Tiêu chí ${(u.searchParams.get('tieu-chi') || 'mở trước').replace(/[^\w.À-ỹ ]/g, '')}</a></li>`).join('');
  const text = `<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mất mạng · kiemdinh</title><h1>Mất mạng, trang này chưa tải về máy</h1><p>Điều đã ghi vẫn còn trên máy. ${links ? 'Mở trang đã có:' : 'Có mạng thì mở lại.'}</p><ul>${links}</ul></html>`;
  return new Response(text, { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}
