// What is typed as an answer stays on this machine until it is sent: under the reader's own mark, gone at sign-out.
import { $$, $ } from './kiemdinh.js';

const key = (who, id) => `nhap:${who}:${id}`;
const sent = $('[data-da-gui]');
if (sent) localStorage.removeItem(key(sent.dataset.nguoi, sent.dataset.daGui));

for (const box of $$('textarea[data-nhap]')) {
  const place = key(box.dataset.nguoi, box.dataset.nhap), said = $('.nhap', box.form);
  const tell = text => { said.textContent = text; said.hidden = !text; };
  const kept = localStorage.getItem(place);
  if (!box.value && kept) {
    box.value = kept;
    tell('Nháp trên máy này, chưa gửi');
  }
  const keep = () => {
    if (box.value.trim()) localStorage.setItem(place, box.value);
    else localStorage.removeItem(place);
    tell(box.value.trim() ? `Nháp đã lưu trên máy này ${new Date().toTimeString().slice(0, 5)}` : '');
  };
  box.addEventListener('input', keep);
  if (box.value && box.value !== kept) keep();
}
