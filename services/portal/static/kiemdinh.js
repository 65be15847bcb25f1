// What every page shares: keys, the account menu, sending with the form token, saying what was done.
const fold = s => s.normalize('NFC');
export const $ = (q, root = document) => root.querySelector(q);
export const $$ = (q, root = document) => [...root.querySelectorAll(q)];
export const csrf = () => $('meta[name=csrf]').content;
export const plain = n => String(n).replace(/\B(?=(\d{3})+$)/g, '.');

export function toast(text) {
  const box = $('#bao');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toast.t);
  toast.t = setTimeout(() => { box.hidden = true; }, 9000);
}

// JSON to the REST API as the person who is signed in; a problem comes back as an exception with its document.
export async function api(method, path, body) {
  const headers = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf();
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let answer;
  try {
    answer = await fetch('/api/v1/' + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), redirect: 'error' });
  } catch (e) {
    throw Object.assign(new Error('mang'), { problem: { type: 'mat-mang', title: 'Mất mạng', detail: 'Chưa nối được máy chủ. Nội dung còn trên trang này.' } });
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(data.type || answer.status), { problem: data, status: answer.status });
  return data;
}

// A fresh copy of this page, to take parts from: the server stays the only one who renders.
export async function fresh(url = location.href) {
  const answer = await fetch(url, { headers: { Accept: 'text/html' } });
  if (!answer.ok || answer.redirected) throw new Error('fresh');
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

export function swap(page, ids) {
  for (const id of ids) {
    const now = document.getElementById(id), next = page.getElementById(id);
    if (now && next) now.replaceWith(document.adoptNode(next));
  }
  const marks = $$('svg[hidden] symbol', page), own = $('body > svg[hidden]');
  for (const m of marks) if (!document.getElementById(m.id)) own.append(document.adoptNode(m));
}

export const keysOn = () => localStorage.getItem('phim') !== 'tat';
export const typing = e => e.ctrlKey || e.altKey || e.metaKey || /^(TEXTAREA|SELECT)$/.test(e.target.tagName)
  || (e.target.tagName === 'INPUT' && !/^(radio|checkbox|range|button|submit)$/.test(e.target.type));

addEventListener('keydown', e => {
  if (e.key === 'Escape') {
    for (const d of $$('details.me[open]')) { d.open = false; $('summary', d).focus(); }
    return;
  }
  if (typing(e) || !keysOn()) return;
  if (e.key === '/') { const q = $('#tim'); if (q && q.offsetParent) { e.preventDefault(); q.focus(); q.select(); } }
  if (e.key === 'g' && $('#trang-so')) { e.preventDefault(); $('#trang-so').focus(); }
  if (e.key === '?') location.href = '/tro-giup/phim-tat';
  const link = { '[': 'prev', ']': 'next', '{': 'first', '}': 'last' }[e.key];
  if (link && $(`a[rel=${link}]`)) $(`a[rel=${link}]`).click();
  if (e.key === 'n' || e.key === 'N') { const a = $(e.key === 'n' ? '#cho-sau' : '#cho-truoc'); if (a) a.click(); }
});
addEventListener('click', e => { for (const d of $$('details.me[open]')) if (!d.contains(e.target)) d.open = false; });
for (const f of $$('form')) f.addEventListener('submit', () => { for (const i of $$('input[type=text],input[type=search],textarea', f)) i.value = fold(i.value); });

const paper = $('#in');
if (paper) { paper.hidden = false; paper.addEventListener('click', () => print()); }

const toggle = $('#phim');
if (toggle) {
  toggle.closest('[hidden]')?.removeAttribute('hidden');
  toggle.checked = keysOn();
  toggle.addEventListener('change', () => localStorage.setItem('phim', toggle.checked ? 'bat' : 'tat'));
}
const loi = document.getElementById('loi');
if (loi) loi.focus();
const shown = $('#hien');
if (shown) {
  shown.closest('[hidden]')?.removeAttribute('hidden');
  shown.addEventListener('change', () => { for (const i of $$('.pw')) i.type = shown.checked ? 'text' : 'password'; });
}

// The password's two checks as it is typed: the length, and that both are the same.
const again = $('#again'), first = $('#password'), list = $('#kiem');
if (again && list) {
  const tell = () => {
    const line = (good, yes, no) => Object.assign(document.createElement('li'), { className: good ? 'ok' : 'quiet', textContent: good ? '✓ ' + yes : '– ' + no });
    list.replaceChildren(line([...first.value.normalize('NFC')].length >= 12, 'Đủ 12 ký tự trở lên', 'Chưa đủ 12 ký tự.'));
    if (again.value) list.append(line(again.value === first.value, 'Hai lần giống nhau', 'Chưa giống mật khẩu ở trên.'));
  };
  for (const i of [first, again]) i.addEventListener('input', tell);
}

// Clipboard and printer, for a page that works without them.
for (const b of $$('[data-chep]')) {
  b.hidden = !navigator.clipboard;
  b.addEventListener('click', async () => { await navigator.clipboard.writeText($('#' + b.dataset.chep).textContent); toast('Đã chép.'); });
}
for (const b of $$('[data-in]')) { b.hidden = false; b.addEventListener('click', () => print()); }

// What is typed in a form that a button saves is not left unasked.
for (const form of $$('form[data-giu]')) {
  let typed = false;
  form.addEventListener('input', () => { typed = true; });
  form.addEventListener('submit', () => { typed = false; });
  addEventListener('beforeunload', e => { if (typed) e.preventDefault(); });
}

// What pages and visits keep on this device goes with its person. Modules load this file anew: it runs twice, and asks once.
const leave = $('#ra'), who = leave?.dataset.nguoi, STAMP = 'kiem-tra-nguoi';
const forget = async () => { for (const n of await self.caches?.keys() ?? []) if (n.startsWith('kt-')) await caches.delete(n); };
if (leave && !leave.mine) {
  leave.mine = localStorage[STAMP] === who || forget().then(() => { localStorage[STAMP] = who; }).catch(() => {});
  leave.addEventListener('submit', async e => {
    e.preventDefault();
    // Whatever fails on the device, who signs out is signed out.
    if (!await import('./kiem-tra-kho.js').then(k => k.leave(who)).catch(() => true)) return;
    for (const k of Object.keys(localStorage)) if (/^(kiem-tra-|nhap:[^|]*$)/.test(k) || k.startsWith(`nhap:${who}|`)) localStorage.removeItem(k);
    forget().catch(() => {}).then(() => leave.submit());
  });
}
// Who is asked for a password may be another.
if (!leave && first) forget().catch(() => {});

// A role is given only where it exists: other places leave the list.
for (const role of $$('select[data-noi]')) {
  const place = $('#' + role.dataset.noi);
  const fit = () => {
    const kinds = $(`[value=${role.value}][data-o]`).dataset.o.split(' ');
    for (const o of place.options) o.hidden = o.disabled = !kinds.includes(o.value.split(':')[0]);
    if (place.selectedOptions[0]?.disabled !== false) place.value = [...place.options].find(o => !o.disabled)?.value ?? '';
  };
  role.addEventListener('change', fit);
  fit();
}
