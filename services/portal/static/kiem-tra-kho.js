// What is judged and photographed on a visit stays on this device until the server has it: sent in order, never twice,
// and only as the person who wrote it down.
const STORE = 'kiem-tra';

let opening;
const opened = () => (opening ||= new Promise((good, bad) => {
  const open = indexedDB.open(STORE, 1);
  open.onupgradeneeded = () => { for (const s of ['y', 'anh']) open.result.createObjectStore(s, { keyPath: 'id' }); };
  open.onsuccess = () => { open.result.onversionchange = () => open.result.close(); good(open.result); };
  open.onerror = () => bad(open.error);
}));
async function store(name, mode, run) {
  const db = await opened();
  return new Promise((good, bad) => {
    const work = db.transaction(name, mode), asked = run(work.objectStore(name));
    work.oncomplete = () => good(asked.result);
    work.onerror = work.onabort = () => bad(work.error);
  });
}
export const all = name => store(name, 'readonly', s => s.getAll());
export const get = (name, id) => store(name, 'readonly', s => s.get(id));
export const put = (name, value) => store(name, 'readwrite', s => s.put(value));
export const drop = (name, id) => store(name, 'readwrite', s => s.delete(id));
// Reads, changes and writes at once: what is typed meanwhile is never written over. Nothing given back, nothing written.
export async function change(name, id, run) {
  const db = await opened();
  return new Promise((good, bad) => {
    const work = db.transaction(name, 'readwrite'), place = work.objectStore(name), asked = place.get(id);
    asked.onsuccess = () => { const next = run(asked.result); if (next) place.put(next); };
    work.oncomplete = () => good();
    work.onerror = work.onabort = () => bad(work.error);
  });
}
export const stamp = () => [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');

// Signing out leaves nothing that waits of a person, having asked; what another has not sent stays that person's.
// False: the person stays.
export async function leave(account) {
  const n = await waiting(account);
  if (n && !confirm(`Còn ${n} mục của đợt kiểm tra chưa gửi, chỉ có trên máy này. Đăng xuất thì xóa khỏi máy. Vẫn đăng xuất?`)) return false;
  for (const name of ['y', 'anh']) for (const o of await all(name)) if (o.account === account) await drop(name, o.id);
  return true;
}
async function waiting(account) {
  const mine = o => o.account === account && o.state !== 'xong';
  return (await all('y')).filter(mine).length + (await all('anh')).filter(mine).length;
}

const away = () => ({ type: 'mat-mang' });
async function ask(method, path, { headers = {}, body, redirect = 'manual' } = {}) {
  let answer;
  try { answer = await fetch(path, { method, headers: { Accept: 'application/json', ...headers }, body, redirect, cache: 'no-store' }); } catch (e) { throw away(); }
  if (answer.type === 'opaqueredirect' || answer.status === 401) throw { type: 'het-phien' };
  if (answer.status >= 500 || answer.status === 429) throw away();
  const data = await answer.json().catch(() => null);
  if (data === null && answer.ok && answer.status !== 204) throw away();
  if (!answer.ok) throw { refused: true, status: answer.status, ...data };
  return data;
}
const post = (may, path, body, command) => ask('POST', '/api/v1/' + path, {
  headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': may.csrf, 'Idempotency-Key': command }, body: JSON.stringify(body),
});
const visit = o => `schools/${encodeURIComponent(o.school)}/inspections/${encodeURIComponent(o.inspection)}`;

// The clock of a phone may be wrong: a moment is told by the server's, and never one that is still to come.
const moment = (at, may) => new Date(Math.min(at + may.skew, Date.now() + may.skew - 1000)).toISOString();

// What the server says of a visit before anything is sent of it: who is signed in, the form token, the caller's opinions.
async function device({ goc, school }) {
  const may = await ask('GET', `${goc}/may?truong=${encodeURIComponent(school)}`);
  return { ...may, skew: Date.parse(may.now) - Date.now() };
}

const ownOf = (view, o) => view.opinions.find(x => x.criterion === o.criterion && x.level === o.level && x.indicator === o.indicator)
  ?.opinions.find(x => x.person === o.account);

async function sendOpinion(sent, may) {
  const { criterion, level, indicator, result, note, command } = sent;
  // What an answer that was lost on the way had brought is known by its words: it is replaced, not set beside.
  const had = may.opinions[`${criterion}_${level}_${indicator}`], tried = sent.tried;
  if (tried && had && had.result === tried.result && had.note === tried.note) sent.seen = had.position;
  const judged_at = sent.when || moment(sent.at, may);
  await change('y', sent.id, now => now && { ...now, seen: sent.seen, tried: { result, note }, when: now.command === command ? judged_at : '' });
  const opinion = { criterion, level, indicator, result, note, documents: (had && had.documents) || [], seen: sent.seen, judged_at };
  const view = await post(may, `${visit(sent)}/opinions`, { opinions: [opinion] }, command);
  const mine = ownOf(view, sent) || { position: 0, others: [] };
  await change('y', sent.id, now => now && { ...now, tried: null, state: now.command === command ? 'xong' : 'cho', seen: mine.position, position: mine.position, others: mine.others.length });
}

async function upload(photo, may) {
  const data = await photo.file.arrayBuffer();
  const sum = crypto.subtle ? [...new Uint8Array(await crypto.subtle.digest('SHA-256', data))].map(b => b.toString(16).padStart(2, '0')).join('') : '';
  const open = await post(may, `${visit(photo)}/uploads`, { name: photo.name, size_bytes: data.byteLength, sha256: sum }, photo.command + '-tep');
  if (open.receipt) return open.receipt.document;
  for (let at = open.received_bytes; ;) {
    const end = Math.min(at + open.slice_bytes, data.byteLength);
    const answer = await ask('PUT', open.url, { headers: { Authorization: 'Ticket ' + open.ticket, 'Upload-Offset': at }, body: data.slice(at, end), redirect: 'follow' });
    if (answer && answer.document) return answer.document;
    if (end >= data.byteLength) throw away();
    at = end;
  }
}

async function sendPhoto(photo, may) {
  const document = photo.document || await upload(photo, may), taken_at = photo.taken_at || moment(photo.at, may);
  // A repeat says the very same: then it is the same photo.
  await change('anh', photo.id, now => now && { ...now, document, taken_at });
  const { criterion, place, latitude, longitude, accuracy_m, command } = photo;
  const where = latitude === undefined ? {} : { latitude, longitude, accuracy_m };
  await post(may, `${visit(photo)}/photos`, { document, criterion, place, ...where, taken_at }, command);
  await drop('anh', photo.id);
}

// Sends what waits, the opinions before the photos; `tell` hears how far. Says how it ended: {type: 'xong' | 'mat-mang' | …}.
let running = null;
export const send = (account, tell) => (running ||= one(() => run(account, tell)).finally(() => { running = null; }));
const one = run => (navigator.locks ? navigator.locks.request(STORE, run) : run());

async function run(account, tell) {
  const mine = o => o.account === account && o.state === 'cho';
  const queue = [...(await all('y')).filter(mine).map(o => [sendOpinion, 'y', o]), ...(await all('anh')).filter(mine).map(o => [sendPhoto, 'anh', o])];
  const visits = new Map();
  let at = 0;
  try {
    for (const [how, name, o] of queue) {
      tell(++at, queue.length, name, o);
      try {
        if (!visits.has(o.goc)) visits.set(o.goc, await device(o));
        const may = visits.get(o.goc);
        if (may.account !== account) return { type: 'nguoi-khac' };
        await how(await get(name, o.id) || o, may);
      } catch (problem) {
        if (!problem.refused) throw problem;
        const why = problem.detail || problem.title || 'Máy chủ không nhận.';
        await change(name, o.id, now => now && now.command === o.command && { ...now, state: 'tu-choi', why });
      }
    }
    return { type: 'xong', sent: queue.length };
  } catch (problem) {
    if (problem.type) return problem;
    throw problem;
  }
}
