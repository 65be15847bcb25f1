// A visit, online or not: what is chosen and typed is kept on the device at once, then sent; the foot says how it stands.
import { $, $$, fresh, keysOn, swap, toast, typing } from './kiemdinh.js';
import { all, change, drop, get, send, stamp } from './kiem-tra-kho.js';

const form = $('#phieu'), said = $('#da-luu'), bar = $('#ngoai');
const { nguoi: account, dot: inspection, truong: school, tieuChi: criterion, goc, phamVi } = form.dataset;
const DRAFT = 'nhap:';
const idOf = group => [account, inspection, criterion, group.dataset.key].join('|');
const groups = $$('fieldset.ind', form);
const clock = at => new Date(at).toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit' });
let lastSaved = 0, awaySince = 0, ended = '', photos = null;

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
const hrefOf = o => `${phamVi}${encodeURIComponent(o.inspection)}?truong=${encodeURIComponent(o.school)}&tieu-chi=${encodeURIComponent(o.criterion)}#o-${o.level}_${o.indicator}`;

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
    if (sameAs(before || was, now)) return null;
    kept = true;
    return { id: idOf(group), account, school, inspection, goc, criterion, level, indicator, ...before, ...now, seen: was.seen, at: Date.now(), command: stamp(), state: 'cho', why: '', when: '' };
  });
  if (sameAs(valueOf(group), now)) { typed.delete(group); localStorage.removeItem(DRAFT + idOf(group)); }
  if (kept) { await tell(); flush(); }
}
const sameAs = (a, b) => a.result === b.result && a.note === b.note;
const split = key => { const at = key.indexOf('_'); return [Number(key.slice(0, at)), key.slice(at + 1)]; };
const seen = new Map(groups.map(g => [g.id, { value: valueOf(g), position: Number($('input[name^=vt-]', g).value) }]));

// What the device has is shown where the page is older; what the server has is newer than what was sent before it. What
// somebody is typing is newer than both.
const typed = new Set(), strokes = new Map();
async function overlay() {
  for (const group of groups) {
    const before = strokes.get(group), kept = await get('y', idOf(group)), page = seen.get(group.id);
    if (!kept || typed.has(group) || strokes.get(group) !== before) continue;
    if (kept.state === 'xong' && page.position >= kept.position) {
      const now = valueOf(group);
      if (sameAs(now, kept)) show(group, page.value);
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
  if (!group) return;
  // Kept at once, for a page that is closed does not wait; the queue takes it over a moment later.
  localStorage.setItem(DRAFT + idOf(group), JSON.stringify(valueOf(group)));
  typed.add(group);
  strokes.set(group, (strokes.get(group) || 0) + 1);
  if (e.target.tagName !== 'TEXTAREA') return;
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
  const how = await send(account, (at, of, name, o) => {
    line('quiet', `Đang gửi ${at}/${of}`);
    if (name === 'anh') photos?.mark(o.id);
  });
  ended = how.type === 'xong' ? '' : how.type;
  if (how.type === 'xong' && how.sent) { lastSaved = Date.now(); await renew(); }
  await overlay();
  await photos?.pending();
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

addEventListener('keydown', e => {
  if (e.ctrlKey && e.key === 's') { e.preventDefault(); settle().then(flush); return; }
  if (typing(e) || !keysOn() || $('dialog[open]')) return;
  const at = groups.findIndex(g => g.contains(document.activeElement));
  const focus = g => g && $('input:checked', g).focus();
  if (e.key === 'j') focus(groups[Math.min(at + 1, groups.length - 1)]);
  if (e.key === 'k') focus(groups[Math.max(at - 1, 0)]);
  if (/^[1-4]$/.test(e.key)) {
    const radio = $$('input[type=radio]', groups[Math.max(at, 0)])[e.key - 1];
    if (radio) { radio.focus(); if (!radio.checked) radio.click(); }
  }
});

await $('#ra')?.mine;
await overlay();
for (const group of groups) {
  const left = localStorage.getItem(DRAFT + idOf(group));
  if (left) { show(group, JSON.parse(left)); await keep(group); }
}
for (const area of $$('textarea', form)) grow(area);
await tell();
flush();
// What is not needed to judge comes after it.
import('./kiem-tra-anh.js').then(async taking => { photos = taking; taking.offer({ tell, flush }); await taking.pending(); });
import('./kiem-tra-giay.js').then(papers => papers.readyOffline()).catch(() => {});
// Another account's words on this device are left to it.
if ((await all('y')).some(o => o.account !== account && o.state === 'cho')) toast('Trên máy này còn mục chờ gửi của một tài khoản khác. Đăng nhập tài khoản ấy để gửi.');
