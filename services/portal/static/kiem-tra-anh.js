// Photos of a visit: taken or chosen, kept on the device with time and place, sent after the opinions.
import { $, $$, toast } from './kiemdinh.js';
import { all, change, drop, put, stamp } from './kiem-tra-kho.js';

const form = $('#phieu'), input = $('#anh');
const { nguoi: account, dot: inspection, truong: school, tieuChi: criterion, goc } = form.dataset;
const clock = at => new Date(at).toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit' });
let tell = () => {}, flush = () => {};

export function offer(told) {
  ({ tell, flush } = told);
  if (!$('#chup')) return;
  $('#gui-anh').hidden = true;
  const noi = $('#noi-chup');
  noi.closest('[hidden]').hidden = false;
  noi.value = sessionStorage.getItem('noi-chup') || '';
  noi.addEventListener('change', () => sessionStorage.setItem('noi-chup', noi.value));
  for (const b of $$('.chup', form)) { b.hidden = false; b.addEventListener('click', () => input.click()); }
  input.addEventListener('change', () => { for (const file of [...input.files]) take(file, noi.value.trim().normalize('NFC')); input.value = ''; });
}
async function take(file, place) {
  const id = stamp(), at = file.lastModified && file.lastModified <= Date.now() && Date.now() - file.lastModified < 86400000 ? file.lastModified : Date.now();
  const photo = { id, account, school, inspection, goc, criterion, file, place, at, name: (file.name || `anh-${at}.jpg`).normalize('NFC'), command: stamp(), state: 'cho' };
  try { await put('anh', photo); } catch (e) { toast('Máy hết chỗ, chưa giữ được ảnh này. Xóa bớt ảnh khác trên máy rồi chụp lại.'); return; }
  await pending();
  await tell();
  await located(id);
  flush();
}
// Where a photo was taken is told only if the person lets the browser tell it; without it the photo is as good.
const located = id => new Promise(done => {
  if (!navigator.geolocation) { done(); return; }
  const end = setTimeout(done, 9000);
  const stop = () => { clearTimeout(end); done(); };
  navigator.geolocation.getCurrentPosition(async p => {
    const { latitude, longitude, accuracy } = p.coords;
    await change('anh', id, now => now && { ...now, latitude, longitude, accuracy_m: accuracy });
    await pending();
    stop();
  }, stop, { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 });
});
export async function pending() {
  const list = $('#anh-cho');
  const own = (await all('anh')).filter(o => o.account === account && o.inspection === inspection && o.criterion === criterion);
  for (const li of [...list.children]) if (!own.some(o => o.id === li.dataset.id)) li.remove();
  for (const photo of own) {
    let li = [...list.children].find(one => one.dataset.id === photo.id);
    if (!li) {
      li = $('#mau-anh').content.firstElementChild.cloneNode(true);
      li.dataset.id = photo.id;
      list.append(li);
      draw($('canvas', li), photo.file);
      $('button', li).addEventListener('click', async () => { await drop('anh', photo.id); await pending(); tell(); });
    }
    $('b', li).textContent = `Ảnh · ${clock(photo.at)}`;
    $('.o-dau', li).textContent = [photo.place, photo.latitude !== undefined && 'có vị trí'].filter(Boolean).join(' · ');
    const state = $('.tt', li), refused = photo.state === 'tu-choi';
    state.className = 'tt ' + (refused ? 'no' : 'warn');
    state.textContent = refused ? photo.why : '◷ chờ gửi';
  }
  $('#anh-trong').hidden = Boolean(own.length || $('#anh-da-gui').children.length);
}
export function mark(id) { for (const li of $('#anh-cho').children) if (li.dataset.id === id) $('.tt', li).textContent = '◷ đang gửi'; }
async function draw(canvas, file) {
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: 224 });
    const side = canvas.getContext('2d'), scale = Math.max(canvas.width / bitmap.width, canvas.height / bitmap.height);
    side.drawImage(bitmap, (canvas.width - bitmap.width * scale) / 2, (canvas.height - bitmap.height * scale) / 2, bitmap.width * scale, bitmap.height * scale);
  } catch (e) { /* not an image this browser draws: its name and state are enough */ }
}
