// Copies the reminder, and says while one writes that what stands on the page is not kept yet.
import { $$, $ } from './kiemdinh.js';

for (const button of $$('[data-chep]')) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.chep).value);
    $('[data-da-chep]').hidden = false;
  });
}

for (const form of $$('form[data-viet]')) {
  const said = $('[data-luu]', form);
  form.addEventListener('input', () => {
    said.textContent = navigator.onLine ? 'Chưa lưu' : 'Mất mạng, chữ còn trên trang này; có mạng lại rồi lưu';
  });
}
