// The page image: zoom, and the current hit brought into view.
import { $ } from './kiemdinh.js';

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
if (strip) strip.parentElement.scrollTop = strip.offsetTop - 60;
