// A page word by word: lines to be typed over become words, one at a time is corrected, its place shown on the image.
import { $, $$ } from './kiemdinh.js';

const form = $('#sua'), sheet = $('#to'), frame = $('#khung');
const box = $('#o'), field = $('#o-chu'), left = $('#con'), sent = form.elements.thay;
const height = Number(form.dataset.cao);
const words = [], done = [];
let now = -1, saving = false;

// Lines without places keep their field: they are typed over as a whole, and so is then every other.
const lines = $$('#tu .dg input');
const wordwise = lines.length > 0 && lines.every(line => line.dataset.w);

function build() {
  for (const line of lines) {
    const row = line.closest('.dg'), texts = line.defaultValue.split(' '), places = line.dataset.w.split(' ');
    row.replaceChildren();
    row.setAttribute('role', 'group');
    places.forEach((place, k) => {
      const [l, t, w, h, mark] = place.split(',').map(Number);
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'tu', tabIndex: -1 });
      const word = { read: texts[k], text: texts[k], box: [l, t, w, h], doubtful: mark === 1, theirs: mark === 2, seen: false, button };
      const n = words.push(word) - 1;
      button.addEventListener('click', () => { take(); go(n); });
      row.append(button, ' ');
      draw(n);
    });
  }
}

function draw(n) {
  const w = words[n], changed = w.text !== w.read;
  w.button.textContent = w.text || w.read;
  w.button.className = 'tu' + (changed || w.theirs ? ' s' : w.doubtful ? w.seen ? ' d x' : ' d' : '') + (w.text ? '' : ' b0');
  const say = !w.text ? `Đã bỏ chữ ${w.read}` : changed ? `${w.text}, sửa từ ${w.read}` : w.doubtful && !w.seen ? `${w.text}, chưa chắc` : '';
  if (say) w.button.setAttribute('aria-label', say); else w.button.removeAttribute('aria-label');
  if (n === now) w.button.setAttribute('aria-current', 'true'); else w.button.removeAttribute('aria-current');
}

function count() {
  const open = words.filter(w => w.doubtful && !w.seen && w.text === w.read).length;
  const changed = words.filter(w => w.text !== w.read).length;
  left.textContent = [open ? `còn ${open} chữ chưa chắc` : 'đã xem hết chữ chưa chắc', changed ? `${changed} chỗ sửa chưa lưu` : ''].filter(Boolean).join(' · ');
  $('#dung').hidden = changed > 0;
}

// The word's place: framed, and in the middle of the image.
function show(n) {
  $$('.dang', frame).forEach(r => r.remove());
  const [l, t, w, h] = words[n].box, r = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  const at = { x: l - 3, y: (t - 2) * height / 1000, width: w + 6, height: (h + 4) * height / 1000, class: 'dang' };
  for (const [k, v] of Object.entries(at)) r.setAttribute(k, v);
  frame.append(r);
  const page = sheet.firstElementChild.getBoundingClientRect(), view = sheet.getBoundingClientRect();
  sheet.scrollLeft += page.left - view.left + page.width * (l + w / 2) / 1000 - sheet.clientWidth / 2;
  sheet.scrollTop += page.top - view.top + page.height * (t + h / 2) / 1000 - sheet.clientHeight / 2;
}

function go(n, { focus = true } = {}) {
  const before = now;
  now = n;
  if (before >= 0) draw(before);
  draw(n);
  field.value = words[n].text;
  field.setAttribute('aria-label', `Chữ đang sửa, máy đọc là ${words[n].read}`);
  show(n);
  const b = words[n].button, top = box.getBoundingClientRect().bottom, r = b.getBoundingClientRect();
  if (r.top < top + 8 || r.bottom > innerHeight - 90) scrollBy(0, r.top - top - 60);
  if (focus) { field.focus({ preventScroll: true }); field.select(); }
  count();
}

// What stands in the field becomes the word's; an empty field takes the word away.
function take() {
  if (now < 0) return;
  const w = words[now], text = field.value.normalize('NFC').trim().replace(/\s+/g, ' ');
  if (text !== w.text) {
    done.push([now, w.text, w.seen]);
    w.text = text;
  }
  w.seen = true;
  draw(now);
  count();
}

const next = from => words.findIndex((w, n) => n > from && w.doubtful && !w.seen && w.text === w.read);
const back = from => words.findLastIndex((w, n) => n < from && w.doubtful);

function undo() {
  if (field.value !== words[now].text) { field.value = words[now].text; field.select(); return; }
  const last = done.pop();
  if (!last) return;
  const [n, text, seen] = last;
  Object.assign(words[n], { text, seen });
  draw(n);
  go(n);
}

function keys(e) {
  const ctrl = e.ctrlKey || e.metaKey;
  if (e.isComposing) return;
  if (ctrl && e.key.toLowerCase() === 'z' && !e.shiftKey) undo();
  else if (ctrl && (e.key === 'Enter' || e.key.toLowerCase() === 's')) { take(); form.requestSubmit($('[value=luu]', form)); }
  else if (e.key === 'Enter' || (e.key === 'Tab' && !e.shiftKey)) {
    take();
    const n = next(now);
    // Behind the last doubtful word the tab key goes on through the page, Enter to the button that saves.
    if (n < 0) { if (e.key === 'Tab') return; $('[value=luu]', form).focus(); } else go(n);
  } else if (e.key === 'Tab') {
    const n = back(now);
    take();
    if (n < 0) return;
    go(n);
  } else if (e.key === 'Escape') {
    field.value = words[now].text;
    words[now].seen = true;
    const n = next(now);
    draw(now);
    count();
    if (n >= 0) go(n); else $('[value=luu]', form).focus();
  } else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
    const n = now + (e.key === 'ArrowDown' ? 1 : -1);
    take();
    if (n >= 0 && n < words.length) go(n);
  } else return;
  e.preventDefault();
}

if (sheet) {
  const zoom = $('#phong');
  zoom.hidden = false;
  zoom.addEventListener('click', () => {
    const on = sheet.classList.toggle('zoom');
    zoom.setAttribute('aria-pressed', on);
    if (now >= 0) show(now);
  });
}
if (wordwise) {
  build();
  box.hidden = false;
  sheet.classList.add('zoom');
  // What was refused a moment ago is still as it was typed.
  for (const [, n, text] of sent.value ? JSON.parse(sent.value) : []) if (words[n]) { Object.assign(words[n], { text, seen: true }); draw(n); }
  field.addEventListener('keydown', keys);
  field.addEventListener('change', () => { if (!saving) take(); });
  $('#bo').addEventListener('click', () => { field.value = ''; take(); const n = next(now); go(n < 0 ? now : n); });
  $('#lai').addEventListener('click', undo);
  const start = Math.max(next(-1), 0);
  const image = $('img', sheet);
  go(start, { focus: matchMedia('(min-width:900px)').matches });
  if (!image.complete) image.addEventListener('load', () => show(now));
  form.addEventListener('submit', () => {
    take();
    saving = true;
    const changes = words.map((w, n) => [w.text ? 'thay' : 'bo', n, w.text, w.read]).filter(([, , text, read]) => text !== read);
    sent.value = changes.length ? JSON.stringify(changes) : '';
  });
  addEventListener('beforeunload', e => { if (!saving && words.some(w => w.text !== w.read)) e.preventDefault(); });
} else {
  sent.value = '';
}
