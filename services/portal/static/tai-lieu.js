// The page image: zoom, and the current hit brought into view. While the paper is read: how far, and a reload at the end.
import { $, fresh, swap } from './kiemdinh.js';

const sheet = $('#to'), button = $('#phong');
if (sheet && button) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const on = sheet.classList.toggle('zoom');
    button.setAttribute('aria-pressed', on);
  });
  const hit = $('.hit.cur', sheet);
  if (hit) hit.scrollIntoView({ block: 'center', inline: 'center' });
}
const strip = $('.strip [aria-current]');
if (strip) {
  strip.parentElement.scrollTop = strip.offsetTop - 60;
  strip.parentElement.scrollLeft = strip.offsetLeft - 60;
}
const goto_ = $('#trang-so');
if (goto_) goto_.addEventListener('focus', () => goto_.select());

// Only the progress and what is read of this page are taken from the fresh one: who looks at an image or types keeps the place.
function watch(pause) {
  const box = $('#tien-do');
  if (!box || !/^(cho|dang)_doc$/.test(box.dataset.state)) return;
  setTimeout(async () => {
    try {
      const page = await fresh();
      if (page.getElementById('tien-do')) swap(page, ['tien-do', 'chu-tam']);
      else if (document.activeElement === document.body) location.reload();
      else box.replaceChildren(Object.assign(document.createElement('a'), { className: 'b p', href: location.href, textContent: 'Đã đọc xong. Xem chữ đọc được' }));
      if (!page.getElementById('tien-do')) return;
    } catch (e) { /* the next try */ }
    watch(Math.min(pause * 1.3, 8));
  }, pause * 1000);
}
watch(2);
