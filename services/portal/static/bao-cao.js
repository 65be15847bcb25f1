// Says while one writes that what stands on the page is not kept yet.
import { $$, $ } from './kiemdinh.js';

for (const form of $$('form[data-viet]')) {
  const said = $('[data-luu]', form);
  form.addEventListener('input', () => {
    said.textContent = navigator.onLine ? 'Chưa lưu' : 'Mất mạng, chữ còn trên trang này; có mạng lại rồi lưu';
  });
}
