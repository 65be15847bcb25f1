// Papers of the school: leafed through on the page, and taken along with the criteria before the network is left.
import { $, $$, fresh } from './kiemdinh.js';

const { phamVi, nguoi: account } = $('#phieu').dataset;
const ALONG = 'kiem-tra-mang';
const clock = at => new Date(at).toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit' });
const viewer = $('#xem-giay');
addEventListener('click', e => {
  const at = e.target.closest('[data-giay],[data-ma]');
  if (!at || e.ctrlKey || e.metaKey || e.shiftKey) return;
  const paper = at.dataset.giay ? at : $$('[data-giay]').find(p => $('code', p).textContent === at.dataset.ma);
  if (!paper) return;
  e.preventDefault();
  $('#xem-ten').textContent = $('code', paper).textContent;
  $('#xem-trang').replaceChildren(...images(paper).filter(a => a.endsWith('/anh')).map((src, n) => Object.assign(new Image(), { src, alt: `Trang ${n + 1}`, loading: 'lazy' })));
  viewer.showModal();
});
$('#xem-dong').addEventListener('click', () => viewer.close());
function images(paper) {
  const base = `/tai-lieu/${encodeURIComponent(paper.dataset.giay)}/`;
  return [base + '1/nho', ...Array.from({ length: Number(paper.dataset.trang) }, (_, n) => `${base}${n + 1}/anh`)];
}
async function marks() {
  for (const paper of $$('[data-giay]')) {
    const have = await Promise.all(images(paper).filter(a => a.endsWith('/anh')).map(a => caches.match(a)));
    $('.co', paper).hidden = !have.every(Boolean);
  }
}
// The address under which the worker keeps a page.
function keyOf(href) {
  const url = new URL(href, location.href), of = new URLSearchParams();
  for (const name of ['truong', 'tieu-chi']) if (url.searchParams.get(name)) of.set(name, url.searchParams.get(name));
  return `${url.pathname}?${of}`;
}
async function takeAlong() {
  const out = $('#co-san'), button = $('#tai-ve');
  button.disabled = true;
  try {
    const pages = [location.href, ...new Set($$('[data-rieng]').map(b => b.dataset.href))], papers = new Set();
    for (const [n, href] of pages.entries()) {
      out.textContent = `Tiêu chí ${n + 1}/${pages.length}`;
      for (const p of $$('[data-giay]', await fresh(href))) for (const a of images(p)) papers.add(a);
    }
    let n = 0, lost = 0, missed = 0;
    for (const href of pages.slice(1)) if (!await caches.match(keyOf(href))) missed++;
    for (const address of papers) {
      out.textContent = `Trang giấy ${++n}/${papers.size}`;
      await fetch(address, { mode: 'no-cors' }).catch(() => {});
      // What counts is what the device has: it may be full.
      if (await caches.match(address)) localStorage.setItem(ALONG, account + ' ' + address); else lost++;
    }
    if (navigator.storage && navigator.storage.persist) await navigator.storage.persist();
    out.textContent = `Có sẵn trên máy lúc ${clock(Date.now())}: ${(new Set(pages.slice(1)).size || 1) - missed} tiêu chí, ${papers.size - lost} ảnh giấy.${lost || missed ? ` Chưa giữ được ${missed} tiêu chí, ${lost} ảnh: bấm tải lại, hoặc dọn bớt máy nếu đầy.` : ''}`;
    await marks();
  } catch (e) { out.textContent = 'Mất mạng, chưa tải hết. Phần đã tải vẫn dùng được.'; }
  button.disabled = false;
}
export async function readyOffline() {
  if (!navigator.serviceWorker) {
    // Browsers keep pages only of an address that is encrypted; what is typed is kept all the same while the page is open.
    $('#tai-ve').disabled = true;
    $('#co-san').textContent = 'Địa chỉ này không mã hóa (https) nên máy không giữ được trang. Đừng đóng trang khi mất mạng; điều đã ghi vẫn còn.';
    $('#mang-theo').hidden = false;
    return;
  }
  const first = !navigator.serviceWorker.controller;
  await navigator.serviceWorker.register('/ngoai-tuyen.js', { scope: phamVi });
  await navigator.serviceWorker.ready;
  if (first && !navigator.serviceWorker.controller) await new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }));
  $('#mang-theo').hidden = false;
  $('#tai-ve').addEventListener('click', takeAlong);
  // The first page came before there was anybody to keep it; or it went with those of another account.
  if ((first || !await caches.match(keyOf(location.href))) && navigator.onLine) {
    await fresh().catch(() => {});
    const files = $$('link[rel=stylesheet],link[rel=icon],script[src]').map(l => l.href || l.src);
    for (const f of [...files, ...['dinh', '-tra-kho', '-tra-anh', '-tra-giay'].map(n => `/static/kiem${n}.js`)]) await fetch(f).catch(() => {});
  }
  // Who took papers along and was asked for the password since has them no more.
  const [whose, paper] = (localStorage.getItem(ALONG) || '').split(' ');
  if (whose === account && !await caches.match(paper)) $('#co-san').textContent = 'Đã đăng nhập lại nên phần tải trước không còn trên máy. Tải lại trước khi mất mạng.';
  document.documentElement.dataset.giu = 'co';
  await marks();
}
