// A visit, online or not: what is chosen and typed is kept on the device at once, then sent; the foot says how it stands.
import { $, $$, fresh, keysOn, swap, toast, typing } from './kiemdinh.js';
import { all, belong, change, device, drop, get, put, send, stamp } from './kiem-tra-kho.js';

const form = $('#phieu'), said = $('#da-luu'), bar = $('#ngoai');
const { nguoi: account, dot: inspection, truong: school, tieuChi: criterion, goc, phamVi } = form.dataset;
const mayHref = `${goc}/may?truong=${encodeURIComponent(school)}`;
const idOf = group => [account, inspection, criterion, group.dataset.key].join('|');
const groups = $$('fieldset.ind', form);
const clock = at => new Date(at).toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit' });
let lastSaved = 0, awaySince = 0, ended = '';

$('#luu').hidden = true;

// --- what stands where one writes

function line(css, text, link, href) {
  said.replaceChildren(Object.assign(document.createElement('span'), { className: css, textContent: text }));
  if (link) said.append(' ', Object.assign(document.createElement('a'), { href, textContent: link }));
}
async function tell() {
  const mine = (await all('y')).filter(o => o.account === account), photos = (await all('anh')).filter(o => o.account === account);
  const left = [...mine, ...photos].filter(o => o.state === 'cho').length, refused = [...mine, ...photos].filter(o => o.state === 'tu-choi');
  const here = $$('.hai-ban', form).length, far = mine.filter(o => o.others && o.state === 'xong' && !groups.some(g => idOf(g) === o.id));
  const twice = here + far.length, off = ended === 'mat-mang' || !navigator.onLine;
  bar.hidden = !off;
  if (off) {
    awaySince ||= Date.now();
    $('p', bar).textContent = `Ngoại tuyến từ ${clock(awaySince)}. ${left ? `${left} mục chờ gửi, còn nguyên trên máy này.` : 'Ghi và chụp tiếp được; có mạng thì tự gửi.'}`;
  } else awaySince = 0;
  if (ended === 'het-phien') line('no', `Hết phiên. ${left} mục còn trên máy này.`, 'Đăng nhập để gửi', '/vao?tiep=' + encodeURIComponent(location.pathname + location.search));
  else if (ended === 'nguoi-khac') line('no', 'Máy đang đăng nhập tài khoản khác. Chưa gửi gì.', 'Mở lại trang', location.href);
  else if (off) line('warn', left ? `Mất mạng, còn trên máy. ${left} mục chờ gửi.` : 'Mất mạng. Mọi mục đã gửi.');
  else if (left) line('quiet', `Đang lưu… ${left} mục chờ gửi`);
  else if (refused.length) line('no', `${refused.length} mục máy chủ không nhận, còn trên máy.`, 'Xem', hrefOf(refused[0]));
  else if (twice) line('warn', `${twice} mục khác bản trên máy chủ,`, 'xem hai bản', here ? '#' + $('.hai-ban', form).closest('fieldset').id : hrefOf(far[0]));
  else if (lastSaved) line('ok', `✓ Đã lưu ${clock(lastSaved)}`);
  else line('quiet', 'Tự lưu sau mỗi ô');
}
const hrefOf = o => `${goc}?truong=${encodeURIComponent(school)}&tieu-chi=${encodeURIComponent(o.criterion)}#o-${o.level}_${o.indicator}`;

// --- opinions

const valueOf = group => ({ result: $('input[type=radio]:checked', group).value, note: $('textarea', group).value.trim().normalize('NFC') });
function show(group, { result, note }) {
  const radio = $$('input[type=radio]', group).find(r => r.value === result);
  if (radio) radio.checked = true;
  $('textarea', group).value = note;
  grow($('textarea', group));
}
function grow(area) { area.style.height = 'auto'; if (area.scrollHeight > area.clientHeight) area.rows = Math.min(12, Math.ceil(area.scrollHeight / 22)); }
async function keep(group) {
  const now = valueOf(group), [level, indicator] = split(group.dataset.key);
  let kept = false;
  await change('y', idOf(group), before => {
    const was = before || { ...seen.get(group.id).value, seen: seen.get(group.id).position };
    if (before ? before.result === now.result && before.note === now.note : was.result === now.result && was.note === now.note) return null;
    kept = true;
    return { id: idOf(group), account, school, inspection, criterion, level, indicator, documents: [], ...before, ...now, seen: was.seen, at: Date.now(), command: stamp(), state: 'cho', why: '', when: '' };
  });
  if (kept) { await tell(); flush(); }
}
const split = key => { const at = key.indexOf('_'); return [Number(key.slice(0, at)), key.slice(at + 1)]; };
const seen = new Map(groups.map(g => [g.id, { value: valueOf(g), position: Number($('input[name^=vt-]', g).value) }]));

// What the device has is shown where the page is older; what the server has is newer than what was sent before it.
async function overlay() {
  for (const group of groups) {
    const kept = await get('y', idOf(group)), page = seen.get(group.id);
    if (!kept) continue;
    if (kept.state === 'xong' && page.position >= kept.position) {
      const now = valueOf(group);
      if (now.result === kept.result && now.note === kept.note) show(group, page.value);
      await drop('y', kept.id);
      continue;
    }
    show(group, kept);
    const mark = $('.tinh', group);
    mark.hidden = kept.state !== 'tu-choi';
    if (kept.state === 'tu-choi') {
      mark.className = 'small tinh no';
      mark.textContent = `${kept.why} Lời còn trên máy này. `;
      const b = Object.assign(document.createElement('button'), { type: 'button', className: 'b s', textContent: 'Bỏ bản trên máy' });
      b.addEventListener('click', async () => { await drop('y', kept.id); location.reload(); });
      mark.append(b);
    }
  }
}

const timers = new Map();
form.addEventListener('input', e => {
  const group = e.target.closest('fieldset.ind');
  if (!group || e.target.tagName !== 'TEXTAREA') return;
  grow(e.target);
  clearTimeout(timers.get(group));
  timers.set(group, setTimeout(() => keep(group), 700));
});
form.addEventListener('change', e => {
  const group = e.target.closest('fieldset.ind');
  if (group) { clearTimeout(timers.get(group)); keep(group); }
});
const settle = () => Promise.all(groups.map(keep));
form.addEventListener('submit', async e => {
  const by = e.submitter;
  if (by && /^chon:/.test(by.value)) return;
  e.preventDefault();
  await settle();
  const select = $('#sang');
  if (by && by.dataset.href) location.href = by.dataset.href;
  else if (by && by.value === 'sang' && select) location.href = `${goc}?truong=${encodeURIComponent(school)}&tieu-chi=${encodeURIComponent(select.value)}`;
});
addEventListener('visibilitychange', () => { if (document.hidden) settle(); });

// --- sending

let again = 0;
async function flush() {
  clearTimeout(again);
  let photos = 0;
  const how = await send(account, mayHref, (at, of, name) => {
    photos += name === 'anh';
    line('quiet', `Đang gửi ${at}/${of}`);
    mark('dang');
  });
  ended = how.type === 'xong' ? '' : how.type;
  if (how.type === 'xong' && how.sent) { lastSaved = Date.now(); await renew(); }
  await overlay();
  await pending();
  await tell();
  const left = [...(await all('y')), ...(await all('anh'))].some(o => o.account === account && o.state === 'cho');
  if (left && (how.type === 'mat-mang' || how.type === 'xong')) again = setTimeout(flush, how.type === 'xong' ? 50 : 12000);
}
// The server's page takes the place of what was sent: positions, two versions, photos.
async function renew() {
  let page;
  try { page = await fresh(); } catch (e) { return; }
  for (const group of groups) {
    const next = page.getElementById(group.id);
    if (!next) continue;
    const at = $('input[name^=vt-]', next), mine = $('input[name^=vt-]', group);
    if (!at) { location.reload(); return; }
    seen.set(group.id, { value: valueOf(next), position: Number(at.value) });
    mine.value = at.value;
    $('.hai-ban', group)?.remove();
    const two = $('.hai-ban', next);
    if (two) $('.kt-o', group).append(document.adoptNode(two));
  }
  swap(page, ['anh-da-gui']);
}
addEventListener('online', () => { ended = ''; flush(); });
addEventListener('offline', () => { ended = 'mat-mang'; tell(); });

// --- photos

const input = $('#anh');
if ($('#chup')) {
  $('#gui-anh').hidden = true;
  const noi = $('#noi-chup');
  noi.closest('[hidden]').hidden = false;
  noi.value = sessionStorage.getItem('noi-chup') || '';
  noi.addEventListener('change', () => sessionStorage.setItem('noi-chup', noi.value));
  for (const b of $$('.chup', form)) { b.hidden = false; b.addEventListener('click', () => input.click()); }
  input.addEventListener('change', () => { for (const file of [...input.files]) take(file, noi.value.trim().normalize('NFC')); input.value = ''; });
}
async function take(file, place) {
  const id = stamp(), at = file.lastModified && file.lastModified <= Date.now() && Date.now() - file.lastModified < 86400000 ? file.lastModified : Date.now();
  const photo = { id, account, school, inspection, criterion, file, place, at, name: (file.name || `anh-${at}.jpg`).normalize('NFC'), command: stamp(), state: 'cho' };
  try { await put('anh', photo); } catch (e) { toast('Máy hết chỗ, chưa giữ được ảnh này. Xóa bớt ảnh khác trên máy rồi chụp lại.'); return; }
  await pending();
  await tell();
  await located(id);
  flush();
}
// Where a photo was taken is told only if the person lets the browser tell it; without it the photo is as good.
const located = id => new Promise(done => {
  if (!navigator.geolocation) { done(); return; }
  const end = setTimeout(done, 9000);
  const stop = () => { clearTimeout(end); done(); };
  navigator.geolocation.getCurrentPosition(async p => {
    const { latitude, longitude, accuracy } = p.coords;
    await change('anh', id, now => now && { ...now, latitude, longitude, accuracy_m: accuracy });
    stop();
  }, stop, { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 });
});
async function pending() {
  const list = $('#anh-cho'), own = (await all('anh')).filter(o => o.account === account && o.inspection === inspection && o.criterion === criterion);
  for (const li of [...list.children]) if (!own.some(o => o.id === li.dataset.id)) li.remove();
  for (const photo of own) {
    let li = [...list.children].find(one => one.dataset.id === photo.id);
    if (!li) {
      li = $('#mau-anh').content.firstElementChild.cloneNode(true);
      li.dataset.id = photo.id;
      list.append(li);
      draw($('canvas', li), photo.file);
      $('button', li).addEventListener('click', async () => { await drop('anh', photo.id); await pending(); tell(); });
    }
    $('b', li).textContent = `Ảnh · ${clock(photo.at)}`;
    $('.o-dau', li).textContent = photo.place || (photo.latitude === undefined ? '' : 'Có vị trí');
    const state = $('.tt', li), refused = photo.state === 'tu-choi';
    state.className = 'tt ' + (refused ? 'no' : 'warn');
    state.textContent = refused ? photo.why : '◷ chờ gửi';
  }
  $('#anh-trong').hidden = Boolean(own.length || $('#anh-da-gui').children.length);
}
function mark(how) { if (how === 'dang') for (const t of $$('#anh-cho .tt.warn')) t.textContent = '◷ đang gửi'; }
async function draw(canvas, file) {
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: 224 });
    const side = canvas.getContext('2d'), scale = Math.max(canvas.width / bitmap.width, canvas.height / bitmap.height);
    side.drawImage(bitmap, (canvas.width - bitmap.width * scale) / 2, (canvas.height - bitmap.height * scale) / 2, bitmap.width * scale, bitmap.height * scale);
  } catch (e) { /* not an image this browser draws: its name and state are enough */ }
}

// --- papers: leafed through on the page, taken along before leaving

const viewer = $('#xem-giay');
addEventListener('click', e => {
  const at = e.target.closest('[data-giay],[data-ma]');
  if (!at || e.ctrlKey || e.metaKey || e.shiftKey) return;
  const paper = at.dataset.giay ? at : $$('[data-giay]').find(p => $('code', p).textContent === at.dataset.ma);
  if (!paper) return;
  e.preventDefault();
  $('#xem-ten').textContent = $('code', paper).textContent;
  $('#xem-trang').replaceChildren(...images(paper).filter(a => a.endsWith('/anh')).map((src, n) => Object.assign(new Image(), { src, alt: `Trang ${n + 1}`, loading: 'lazy' })));
  viewer.showModal();
});
$('#xem-dong').addEventListener('click', () => viewer.close());
function images(paper) {
  const base = `/tai-lieu/${encodeURIComponent(paper.dataset.giay)}/`;
  return [base + '1/nho', ...Array.from({ length: Number(paper.dataset.trang) }, (_, n) => `${base}${n + 1}/anh`)];
}
async function marks() {
  for (const paper of $$('[data-giay]')) {
    const have = await Promise.all(images(paper).filter(a => a.endsWith('/anh')).map(a => caches.match(a)));
    $('.co', paper).hidden = !have.every(Boolean);
  }
}
async function takeAlong() {
  const out = $('#co-san'), button = $('#tai-ve');
  button.disabled = true;
  try {
    const pages = [location.href, ...new Set($$('[data-rieng]').map(b => b.dataset.href))], papers = new Set();
    for (const [n, href] of pages.entries()) {
      out.textContent = `Tiêu chí ${n + 1}/${pages.length}`;
      for (const p of $$('[data-giay]', await fresh(href))) for (const a of images(p)) papers.add(a);
    }
    let n = 0, lost = 0;
    for (const address of papers) {
      out.textContent = `Trang giấy ${++n}/${papers.size}`;
      await fetch(address, { mode: 'no-cors' }).then(a => { if (a.type !== 'opaque' && !a.ok) lost++; }, () => { lost++; });
    }
    if (navigator.storage && navigator.storage.persist) await navigator.storage.persist();
    out.textContent = `Có sẵn trên máy lúc ${clock(Date.now())}: ${new Set(pages.slice(1)).size || 1} tiêu chí, ${papers.size - lost} ảnh giấy.${lost ? ` ${lost} ảnh chưa tải được, bấm tải lại.` : ''}`;
    await marks();
  } catch (e) { out.textContent = 'Mất mạng, chưa tải hết. Phần đã tải vẫn dùng được.'; }
  button.disabled = false;
}
async function readyOffline() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register('/ngoai-tuyen.js', { scope: phamVi });
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) await new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }));
  $('#mang-theo').hidden = false;
  $('#tai-ve').addEventListener('click', takeAlong);
  // The first page came before there was anybody to keep it.
  if (navigator.onLine) {
    await fresh().catch(() => {});
    const files = $$('link[rel=stylesheet],link[rel=icon],script[src]').map(l => l.href || l.src);
    for (const f of [...files, '/static/kiemdinh.js', '/static/kiem-tra-kho.js']) await fetch(f).catch(() => {});
  }
  document.documentElement.dataset.giu = 'co';
  await marks();
}

addEventListener('keydown', e => {
  if (e.ctrlKey && e.key === 's') { e.preventDefault(); settle().then(flush); return; }
  if (typing(e) || !keysOn() || viewer.open) return;
  const at = groups.findIndex(g => g.contains(document.activeElement));
  const focus = g => g && $('input:checked', g).focus();
  if (e.key === 'j') focus(groups[Math.min(at + 1, groups.length - 1)]);
  if (e.key === 'k') focus(groups[Math.max(at - 1, 0)]);
  if (/^[1-4]$/.test(e.key)) {
    const radio = $$('input[type=radio]', groups[Math.max(at, 0)])[e.key - 1];
    if (radio) { radio.focus(); if (!radio.checked) radio.click(); }
  }
});

await belong(account);
await overlay();
await pending();
for (const area of $$('textarea', form)) grow(area);
await tell();
flush();
readyOffline().catch(() => {});
// Another account's words on this device are left to it.
if ((await all('y')).some(o => o.account !== account && o.state === 'cho')) toast('Trên máy này còn mục chờ gửi của một tài khoản khác. Đăng nhập tài khoản ấy để gửi.');
