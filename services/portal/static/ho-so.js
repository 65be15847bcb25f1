// The queue by keyboard: j k go from row to row, Enter opens the one act that moves the registration.
import { $, $$, keysOn, typing } from './kiemdinh.js';

const rows = $$('#hang-cho tbody tr');
let at = rows.findIndex(r => r.classList.contains('here'));
addEventListener('keydown', e => {
  const step = { j: 1, k: -1 }[e.key];
  if (!step || !keysOn() || typing(e)) return;
  at = Math.max(0, Math.min(rows.length - 1, at + step));
  e.preventDefault();
  ($('td:last-child a', rows[at]) || $('th a', rows[at])).focus();
});
