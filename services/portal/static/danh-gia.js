// Judging and writing: the changed field is saved at once; levels and reasons come back from the server; nobody's words are lost.
import { $, $$, csrf, fresh, keysOn, plain, swap, toast, typing } from './kiemdinh.js';

const form = $('#phieu'), said = $('#da-luu');
const draftKey = 'viet:' + location.pathname;
const waiting = new Map();
let busy = false;

$('#tu-luu').hidden = false;

function say(css, text) {
  said.replaceChildren(Object.assign(document.createElement('span'), { className: css, textContent: text }));
}

function fieldsOf(group) {
  const data = new URLSearchParams({ csrf: csrf() });
  for (const i of $$('input,textarea', group)) if (i.name && (i.type !== 'radio' || i.checked)) data.set(i.name, i.value.normalize('NFC'));
  return data;
}

function grow(area) { area.style.height = 'auto'; area.style.height = area.scrollHeight + 2 + 'px'; }

async function send(group) {
  const key = group.dataset.key || 'mo-ta';
  if (busy) { waiting.set(key, group); return; }
  busy = true;
  say('quiet', 'Đang lưu…');
  const sent = fieldsOf(group).toString();
  try {
    const answer = await fetch(location.pathname, { method: 'POST', headers: { Accept: 'application/json', 'X-CSRF-Token': csrf() }, body: new URLSearchParams(sent) });
    const data = await answer.json().catch(() => ({}));
    // Submitted meanwhile: the server shows the locked page, and what was typed beside it to be copied.
    if (data.type === 'da-trinh') { keep(group); form.submit(); return; }
    if (answer.status === 409) { await merge(group, data); return; }
    if (!answer.ok) throw data;
    localStorage.removeItem(draftKey + key);
    if (data.position) say('ok', `✓ Đã lưu ${data.at}, số ${plain(data.position)}`); else say('ok', '✓ Không có gì đổi');
    await refresh(group, data.merged && sent === fieldsOf(group).toString());
    if (data.merged) toast('Đã ghép với phần người khác vừa sửa.');
  } catch (problem) {
    keep(group);
    if (problem.type === 'het-phien') {
      say('no', 'Hết phiên, chưa ghi. Phần vừa viết còn trên máy này.');
      said.append(' ', Object.assign(document.createElement('a'), { href: '/vao?tiep=' + encodeURIComponent(location.pathname), textContent: 'Đăng nhập lại' }));
    } else say('no', problem.detail || 'Mất mạng, chưa ghi. Nội dung còn trên máy này, sẽ tự ghi lại.');
    if (!problem.type || problem.type === 'may-chu-vang') setTimeout(() => send(group), 8000);
  } finally {
    busy = false;
    const next = waiting.keys().next();
    if (!next.done) { const g = waiting.get(next.value); waiting.delete(next.value); send(g); }
  }
}

function keep(group) { localStorage.setItem(draftKey + (group.dataset.key || 'mo-ta'), fieldsOf(group).toString()); }

// Levels, marks and seals come fresh from the server; what is being typed elsewhere stays.
async function refresh(group, merged) {
  const page = await fresh();
  swap(page, ['ket-qua', 'to-phieu', 'cho-sua', ...$$('.lvl,.cau-list').map(l => l.id)]);
  const nav = $('.crits'), next = $('.crits', page);
  if (nav && next) nav.replaceWith(document.adoptNode(next));
  const key = group.dataset.key;
  for (const name of key ? [`vt-${key}`, `cu-${key}`] : ['vt-mo-ta', 'cu-mo-ta']) {
    const from = page.getElementsByName(name)[0];
    if (from) for (const to of document.getElementsByName(name)) to.value = from.value;
  }
  const area = merged && $(`[name="gc-${key}"]`), theirs = area && page.getElementsByName(area.name)[0];
  if (theirs) { area.value = theirs.value; grow(area); }
}

async function merge(group, problem) {
  keep(group);
  const page = await fresh(), key = group.dataset.key;
  $('.merge', group)?.remove();
  const theirs = $(`#${CSS.escape(group.id)}`, page);
  const text = g => $$('textarea', g).map(a => a.value || a.textContent).join('\n\n');
  const chosen = g => $('input[type=radio]:checked', g)?.parentElement.textContent.trim() || '';
  const box = document.createElement('div');
  box.className = 'merge chips';
  box.setAttribute('role', 'alert');
  const part = (title, g) => {
    const d = document.createElement('div');
    d.append(Object.assign(document.createElement('b'), { textContent: `${title}${chosen(g) && ': ' + chosen(g)}` }), '\n' + text(g));
    return d;
  };
  box.append(part('Đang có', theirs), part('Bản đang viết', group));
  const acts = Object.assign(document.createElement('div'), { className: 'acts' });
  const act = (label, css, run) => {
    const b = Object.assign(document.createElement('button'), { type: 'button', className: css, textContent: label });
    b.addEventListener('click', run);
    acts.append(b);
  };
  const seal = () => { for (const i of $$('input[type=hidden]', theirs)) if (form.elements[i.name]) form.elements[i.name].value = i.value; };
  act('Ghép hai bản', 'b p', () => {
    seal();
    for (const a of $$('textarea', group)) {
      const other = $(`[name="${a.name}"]`, theirs);
      if (other && other.textContent.trim() && other.textContent !== a.value) { a.value = other.textContent + '\n' + a.value; grow(a); }
    }
    box.remove();
    send(group);
  });
  act('Ghi bản đang viết', 'b', () => { seal(); box.remove(); send(group); });
  act('Giữ bản đang có', 'b', () => { localStorage.removeItem(draftKey + (key || 'mo-ta')); location.reload(); });
  box.append(acts);
  (group.querySelector('.more') || group).append(box);
  acts.firstChild.focus();
  say('warn', problem.detail || problem.title);
}

const groupOf = el => el.closest('fieldset.ind') || el.closest('section');
form.addEventListener('change', e => {
  const group = groupOf(e.target);
  if (!group.id) group.id = 'mo-ta';
  for (const l of $$('.seg label', group)) l.classList.toggle('on', $('input', l).checked);
  send(group);
});
form.addEventListener('input', e => { if (e.target.tagName === 'TEXTAREA') { grow(e.target); keep(groupOf(e.target)); } });
form.addEventListener('submit', e => { e.preventDefault(); for (const g of groups()) if (dirty(g)) send(g); });
const groups = () => [...$$('.ind'), $('.three').closest('section')];
const dirty = g => localStorage.getItem(draftKey + (g.dataset.key || 'mo-ta')) !== null;
for (const a of $$('textarea', form)) if (a.scrollHeight > a.clientHeight + 4) grow(a);

// What was typed when the session or the network ended is put back.
for (const g of groups()) {
  const draft = localStorage.getItem(draftKey + (g.dataset.key || 'mo-ta'));
  if (!draft) continue;
  for (const [name, value] of new URLSearchParams(draft)) {
    const el = form.elements[name];
    if (el && el.tagName === 'TEXTAREA') { el.value = value; grow(el); }
  }
  for (const d of $$('details', g)) d.open = true;
  toast('Đã đưa lại phần viết dở trên máy này. Bấm Lưu để ghi.');
}

addEventListener('keydown', e => {
  if (e.ctrlKey && e.key === 's') { e.preventDefault(); form.requestSubmit(); return; }
  if (typing(e) || !keysOn()) return;
  const rows = $$('.ind:not(.viet),.cau'), at = rows.findIndex(r => r.contains(document.activeElement));
  const focus = r => r && (r.matches('.cau') ? r : $('input:checked', r) || $('input', r) || r).focus();
  if (e.key === 'c' && at >= 0 && rows[at].matches('.cau')) { e.preventDefault(); remark(rows[at].dataset.o); }
  if (e.key === 'j') focus(rows[Math.min(at + 1, rows.length - 1)]);
  if (e.key === 'k') focus(rows[Math.max(at - 1, 0)]);
  if (/^[1-4]$/.test(e.key) && at >= 0) {
    const radio = $$('input[type=radio]', rows[at])[e.key - 1];
    if (radio) { radio.focus(); if (!radio.checked) radio.click(); }
  }
});

// A comment is put on the sentence that is looked at.
function remark(place) {
  const where = $('#cho-o');
  if (!where) return;
  where.value = place;
  $('#loi-gop').focus();
}
addEventListener('click', e => {
  const say = e.target.closest('a.say');
  if (say && $('#cho-o')) { e.preventDefault(); remark(say.dataset.o); }
});

// What hands over waits until what was typed is kept.
const over = $('#giao');
if (over) over.addEventListener('submit', async e => {
  if (!busy && !groups().some(dirty)) return;
  e.preventDefault();
  for (const g of groups()) if (dirty(g)) send(g);
  for (let n = 0; n < 40 && (busy || waiting.size); n++) await new Promise(done => setTimeout(done, 250));
  // Saving draws the buttons anew: the one that was pressed is found again, unless it may not be pressed any more.
  const { name, value } = e.submitter, now = $$('[form=giao]').find(b => b.name === name && b.value === value && !b.disabled);
  if (now && !groups().some(dirty)) over.requestSubmit(now);
});

// “[” opens the list of codes; a code is put in with the brackets of the circular.
const known = $('#cac-ma'), list = known && document.createElement('ul');
let writing = null;
function choose(at) {
  const items = $$('li', list), now = items.findIndex(i => i.getAttribute('aria-selected') === 'true');
  const next = items[(at + items.length) % items.length];
  if (items[now]) items[now].setAttribute('aria-selected', 'false');
  next.setAttribute('aria-selected', 'true');
  list.setAttribute('aria-activedescendant', next.id);
  next.scrollIntoView({ block: 'nearest' });
}
function close(code) {
  if (!writing) return;
  const area = writing;
  writing = null;
  list.hidden = true;
  area.focus();
  if (!code) return;
  const [before, after] = known.dataset.ngoac;
  const space = /\S$/.test(area.value.slice(0, area.selectionStart)) ? ' ' : '';
  area.setRangeText(space + before + code + after, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}
if (list) {
  list.className = 'codes';
  list.tabIndex = -1;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Mã minh chứng của tiêu chí');
  for (const [n, o] of [...known.options].entries()) {
    const item = Object.assign(document.createElement('li'), { id: `ma-${n}`, textContent: `${o.value} ${o.text}` });
    item.setAttribute('role', 'option');
    item.dataset.ma = o.value;
    list.append(item);
  }
  form.addEventListener('keydown', e => {
    if (e.key !== '[' || !e.target.matches('textarea.ht') || !$('li', list)) return;
    e.preventDefault();
    writing = e.target;
    writing.after(list);
    list.hidden = false;
    choose(0);
    list.focus();
  });
  list.addEventListener('keydown', e => {
    const now = $$('li', list).findIndex(i => i.getAttribute('aria-selected') === 'true');
    if (e.key === 'ArrowDown') choose(now + 1);
    else if (e.key === 'ArrowUp') choose(now - 1);
    else if (e.key === 'Enter') close($$('li', list)[now].dataset.ma);
    else if (e.key === 'Escape') close('');
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
  list.addEventListener('click', e => { const i = e.target.closest('li'); if (i) close(i.dataset.ma); });
  list.addEventListener('focusout', () => { list.hidden = true; writing = null; });
}
