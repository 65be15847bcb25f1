// The timeline's slider: it fills the form, which is the real control, and takes the state at that stop from the server.
import { $, $$, fresh, keysOn, plain, swap, typing } from './kiemdinh.js';

const slide = $('#truot'), stops = $$('#moc option').map(o => ({ day: o.value, position: +o.label }));
if (slide && stops.length) {
  const form = $('#ab'), said = $('#o-day');
  $('#keo').hidden = $('#truoc').hidden = $('#sau').hidden = false;
  const vn = d => { const [y, m, n] = d.split('-'); return `${n}/${+m < 3 ? m : +m}/${y}`; };
  const known = +form.elements['a-biet'].value.replace(/\./g, '');
  const at = stops.findIndex(s => s.position >= known);
  slide.value = known && at >= 0 ? at : stops.length - 1;
  let timer = 0, asked = 0;
  const go = () => {
    const s = stops[slide.value];
    form.elements.a.value = vn(s.day);
    form.elements['a-biet'].value = plain(s.position);
    said.textContent = `${vn(s.day)}, số ${plain(s.position)}`;
    slide.setAttribute('aria-valuetext', said.textContent);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++asked, url = new URL(location.href);
      url.search = new URLSearchParams([...new FormData(form)].filter(p => p[1]).map(([k, v]) => [k, v])).toString();
      try {
        const page = await fresh(url);
        if (mine !== asked) return;
        swap(page, ['hai-ban']);
        const next = $('#truc svg', page);
        if (next) $('#truc .tl svg').replaceWith(document.adoptNode(next));
        history.replaceState(null, '', url);
      } catch (e) { form.submit(); }
    }, 160);
  };
  const step = n => { slide.value = +slide.value + n; go(); };
  slide.addEventListener('input', go);
  $('#truoc').addEventListener('click', () => step(-1));
  $('#sau').addEventListener('click', () => step(1));
  addEventListener('keydown', e => {
    if (typing(e) || !keysOn() || e.target === slide) return;
    if (e.key === 'ArrowLeft') step(-1);
    if (e.key === 'ArrowRight') step(1);
  });
}
