// Uploading: slices with their offset and ticket; after a break the server says how much it has and the file goes on.
import { $, $$, api, fresh, plain, swap } from './kiemdinh.js';

const drop = $('#tha'), input = $('#tep'), camera = $('#may-anh');
const school = drop.dataset.school;
const phone = matchMedia('(max-width:720px)').matches;
const atOnce = phone ? 1 : 3, keepKey = 'tai:' + school + ':';
const HASH_LIMIT = 64 << 20, PAUSES = [1, 2, 4, 8, 15];
const items = [];
const sent = (new URLSearchParams(location.search).get('bien-nhan') || '').split(',').filter(Boolean);

input.hidden = true;
input.required = false;
$('#gui').hidden = true;
const pick = $('#chon'), shoot = $('#chup');
pick.hidden = false;
pick.addEventListener('click', () => input.click());
if (phone) { shoot.hidden = false; shoot.classList.add('p'); pick.classList.remove('p'); pick.textContent = 'Chọn tệp có sẵn'; pick.before(shoot); }
shoot.addEventListener('click', () => camera.click());
for (const i of [input, camera]) i.addEventListener('change', () => { add(i.files); i.value = ''; });
for (const type of ['dragover', 'dragenter']) addEventListener(type, e => { e.preventDefault(); drop.classList.add('over'); });
addEventListener('dragleave', e => { if (!e.relatedTarget) drop.classList.remove('over'); });
addEventListener('drop', e => { e.preventDefault(); drop.classList.remove('over'); if (e.dataTransfer) add(e.dataTransfer.files); });
addEventListener('beforeunload', e => { if (items.some(i => i.state === 'dang')) e.preventDefault(); });
addEventListener('online', () => items.forEach(i => i.state === 'mang' && resume(i)));

// --- photos wait in IndexedDB, so that a phone that falls asleep loses none

const photos = new Promise(done => {
  const open = indexedDB.open('kiemdinh', 1);
  open.onupgradeneeded = () => open.result.createObjectStore('anh', { autoIncrement: true });
  open.onsuccess = () => done(open.result);
  open.onerror = () => done(null);
});
async function store(mode, run) {
  const db = await photos;
  if (!db) return undefined;
  return new Promise(done => {
    const asked = run(db.transaction('anh', mode).objectStore('anh'));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => done(undefined);
  });
}

// --- the tray

function add(files, photoKey) {
  for (const file of files) {
    const row = $('#mau').content.firstElementChild.cloneNode(true);
    const item = { file, row, state: 'cho', sent: 0, photoKey };
    $('h3', row).textContent = file.name;
    $('.kind', row).textContent = (file.name.split('.').pop() || '').slice(0, 4).toUpperCase();
    $('progress', row).setAttribute('aria-label', 'Đã gửi ' + file.name);
    items.push(item);
    $('#may-chu').before(row);
    say(item, 'Chờ tới lượt');
    if (file.type.startsWith('image/') && photoKey === undefined && phone) {
      store('readwrite', s => s.add({ school, file })).then(k => { item.photoKey = k; });
    }
  }
  $('#lan-nay').hidden = !items.length;
  next();
}

const mb = n => (n / 1048576).toFixed(1).replace('.', ',');
function say(item, text, css = '') {
  const p = $('.say', item.row);
  p.textContent = text;
  p.className = 'small say ' + css;
  count();
}
function buttons(item, ...list) {
  const side = $('.e', item.row);
  side.replaceChildren(...list.map(([label, css, run]) => {
    const b = Object.assign(document.createElement(typeof run === 'string' ? 'a' : 'button'), { className: 'b s ' + css, textContent: label });
    const name = Object.assign(document.createElement('span'), { className: 'vh', textContent: ' ' + item.file.name });
    b.append(name);
    if (typeof run === 'string') b.href = run; else { b.type = 'button'; b.addEventListener('click', run); }
    return b;
  }));
}
function count() {
  const n = s => items.filter(i => i.state === s).length;
  const parts = [[n('xong'), 'đã lưu'], [n('dang'), 'đang tải'], [n('mang'), 'chờ mạng'], [n('dung'), 'tạm dừng'], [n('loi'), 'không nhận'], [n('co'), 'đã có']];
  const text = items.length ? `${items.length} tệp: ` + parts.filter(p => p[0]).map(p => p.join(' ')).join(' · ') : `${sent.length} tệp`;
  if ($('#dem').textContent !== text) $('#dem').textContent = text;
}

function next() {
  while (items.filter(i => i.state === 'dang').length < atOnce) {
    const item = items.find(i => i.state === 'cho');
    if (!item) return;
    item.state = 'dang';
    run(item).catch(problem => refuse(item, problem)).finally(next);
  }
}

async function hash(file) {
  if (!crypto.subtle || file.size > HASH_LIMIT) return '';
  const sum = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(sum)].map(b => b.toString(16).padStart(2, '0')).join('');
}
const mark = f => keepKey + [f.name, f.size, f.lastModified].join('|');

async function run(item) {
  const { file } = item;
  say(item, 'Đang mở đường gửi');
  if (item.opened === undefined) {
    item.sum = await hash(file);
    item.opened = await patient(item, () => api('POST', `schools/${encodeURIComponent(school)}/uploads`, { name: file.name.normalize('NFC'), size_bytes: file.size, sha256: item.sum }));
  }
  if (item.state !== 'dang') return;
  if (item.opened.receipt) { done(item, { ...item.opened.receipt, already_kept: true }); return; }
  localStorage.setItem(mark(file), JSON.stringify({ name: file.name, size: file.size, at: Date.now() }));
  item.sent = item.opened.received_bytes;
  item.began = Date.now();
  item.base = item.sent;
  buttons(item, ['Tạm dừng', '', () => pause(item)]);
  let tries = 0;
  while (item.state === 'dang') {
    try {
      const answer = await put(item);
      tries = 0;
      if (answer) { done(item, answer); return; }
    } catch (problem) {
      if (item.state !== 'dang') return;
      if (problem.type && problem.type !== 'may-chu-vang' && problem.type !== 'dang-tai') throw problem;
      await wait(item, PAUSES[Math.min(tries++, PAUSES.length - 1)]);
      await offset(item);
    }
  }
}

// Asks until the network is back; only the server's own refusal ends it.
async function patient(item, ask) {
  for (let tries = 0; ; tries++) {
    try { return await ask(); } catch (e) {
      if (!e.problem || !/^(mat-mang|may-chu-vang)$/.test(e.problem.type)) throw e.problem || e;
      await wait(item, PAUSES[Math.min(tries, PAUSES.length - 1)]);
    }
  }
}

function wait(item, seconds) {
  item.state = 'mang';
  const at = Math.floor((100 * item.sent) / item.file.size) || 0;
  $('progress', item.row).className = 'wait';
  say(item, `Mất mạng ở ${at}%. Phần đã gửi còn nguyên; sẽ tự tải tiếp.`, 'warn');
  return new Promise(go => {
    item.wake = go;
    buttons(item, ['Thử ngay', '', go]);
    item.timer = setTimeout(go, seconds * 1000);
  }).then(() => {
    clearTimeout(item.timer);
    if (item.state !== 'mang') return;
    item.state = 'dang';
    $('progress', item.row).className = '';
    buttons(item, ['Tạm dừng', '', () => pause(item)]);
  });
}
function resume(item) { if (item.wake) item.wake(); }
function pause(item) {
  item.state = 'dung';
  if (item.xhr) item.xhr.abort();
  say(item, `Tạm dừng ở ${Math.floor((100 * item.sent) / item.file.size)}%`);
  buttons(item, ['Tải tiếp', 'p', async () => { item.state = 'cho'; next(); }]);
  next();
}

async function offset(item) {
  try {
    const answer = await fetch(item.opened.url, { method: 'HEAD', headers: { Authorization: 'Ticket ' + item.opened.ticket } });
    if (answer.ok) item.sent = item.opened.received_bytes = +answer.headers.get('Upload-Offset');
    else if (answer.status === 401 || answer.status === 404) item.opened = await patient(item, () => api('POST', `schools/${encodeURIComponent(school)}/uploads`, { name: item.file.name.normalize('NFC'), size_bytes: item.file.size, sha256: item.sum }));
  } catch (e) { /* still away: the next slice tells */ }
}

function put(item) {
  const { file, opened } = item, from = item.sent, end = Math.min(from + opened.slice_bytes, file.size);
  return new Promise((good, bad) => {
    const xhr = (item.xhr = new XMLHttpRequest());
    xhr.open('PUT', opened.url);
    xhr.setRequestHeader('Authorization', 'Ticket ' + opened.ticket);
    xhr.setRequestHeader('Upload-Offset', from);
    xhr.timeout = 120000;
    xhr.upload.onprogress = e => progress(item, from + e.loaded);
    xhr.onerror = xhr.ontimeout = () => bad({ type: '' });
    xhr.onabort = () => bad({ type: '' });
    xhr.onload = () => {
      let data = {};
      try { data = JSON.parse(xhr.responseText); } catch (e) { /* no body */ }
      if (xhr.status === 201) { good(data); return; }
      if (xhr.status >= 200 && xhr.status < 300) { item.sent = opened.received_bytes = end; good(null); return; }
      bad(xhr.status >= 502 ? { type: '' } : { status: xhr.status, ...data, type: data.type || '' });
    };
    xhr.send(file.slice(from, end));
  });
}

function progress(item, sent) {
  const { file } = item, bar = $('progress', item.row);
  bar.value = Math.round((1000 * sent) / file.size);
  const speed = (sent - item.base) / Math.max(1, Date.now() - item.began);
  const left = speed > 0 ? Math.round((file.size - sent) / speed / 1000) : 0;
  const time = left > 90 ? `${Math.round(left / 60)} phút` : `${left} giây`;
  say(item, `${Math.floor((100 * sent) / file.size)}% · ${mb(sent)} / ${mb(file.size)} MB${left ? ` · còn khoảng ${time}` : ''}`);
}

function ended(item) {
  localStorage.removeItem(mark(item.file));
  if (item.photoKey !== undefined) store('readwrite', s => s.delete(item.photoKey));
  $('progress', item.row)?.remove();
}

// The server's own line takes the place of ours: what is told of a kept file is always what the server says now.
function done(item, r) {
  item.state = r.already_kept ? 'co' : 'xong';
  item.position = r.position;
  ended(item);
  const twice = sent.findIndex(s => parseInt(s, 10) === r.position);
  if (twice >= 0) sent.splice(twice, 1);
  sent.push(r.position + (r.already_kept ? '*' : ''));
  say(item, `Đã lưu, số ${plain(r.position)}.`, 'ok');
  buttons(item, ['Xem biên nhận', '', `/bien-nhan/${r.position}`]);
  poll(0.3);
}

function refuse(item, error) {
  const problem = error.problem || error;
  item.state = 'loi';
  ended(item);
  item.row.classList.add('refused');
  item.row.dataset.loai = problem.type || '';
  say(item, `${problem.title || 'Không nhận được'}. ${problem.detail && problem.detail !== problem.title ? problem.detail : 'Chưa lưu gì. Thử lại.'}`, 'no');
  buttons(item, ['Chọn tệp khác', '', () => input.click()]);
  $('.e', item.row).prepend($('#khong-nhan').content.firstElementChild.cloneNode(true));
  count();
}

// --- what the server knows: ask less and less often, stop when nothing is under way

let timer = 0, tag = '';
const address = () => location.pathname + (sent.length ? '?bien-nhan=' + sent.slice(-50).join(',') : '');
async function renew() {
  swap(await fresh(address()), ['may-chu', 'gan-day']);
  history.replaceState(null, '', address());
  for (const item of items) if (item.position) item.row.remove();
  $('#lan-nay').hidden = !items.length && !sent.length;
  count();
}
function poll(seconds) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    let pause = Math.min(Math.max(seconds, 1) * 1.5, 10);
    try {
      const answer = await fetch(`/api/v1/schools/${encodeURIComponent(school)}/reading`, { headers: { Accept: 'application/json', ...(tag && { 'If-None-Match': tag }) }, cache: 'no-store' });
      const news = answer.status === 200;
      if (news || items.some(i => i.position && i.row.isConnected)) await renew();
      if (news) {
        tag = answer.headers.get('ETag') || '';
        const data = await answer.json();
        if (!data.waiting && !data.reading) return;
        pause = 2;
      }
    } catch (e) { /* the next try */ }
    poll(pause);
  }, seconds * 1000);
}
if ($$('[data-state=dang_doc],[data-state=cho_doc]').length) poll(2);

// --- what a restart interrupted

const left = Object.keys(localStorage).filter(k => k.startsWith(keepKey));
for (const key of left) {
  const was = JSON.parse(localStorage.getItem(key) || '{}');
  if (!was.name || Date.now() - was.at > 86400000) { localStorage.removeItem(key); continue; }
  const p = document.createElement('p');
  p.className = 'row warn';
  p.textContent = `${was.name} đang tải dở. Chọn lại tệp này để tải tiếp.`;
  $('#lan-nay').hidden = false;
  $('#may-chu').before(p);
}
store('readonly', s => s.getAllKeys()).then(async keys => {
  for (const key of keys || []) {
    const kept = await store('readonly', s => s.get(key));
    if (kept && kept.school === school) add([kept.file], key);
  }
});
