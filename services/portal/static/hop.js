// Votes of a meeting: each row says at once whether its votes add up to those present; j k change rows, Enter sends.
import { $, $$, keysOn, typing } from './kiemdinh.js';

const rows = $$('tr[data-phieu]');
const form = row => $('form.vote', row);
const button = row => $(`button[form=${form(row).id}]`);

function count(row) {
  const boxes = $$('input[inputmode]', row), typed = boxes.filter(b => b.value.trim());
  const sum = boxes.reduce((n, b) => n + (Number(b.value) || 0), 0), there = Number(form(row).dataset.coMat);
  let said = $('.dem', row);
  if (!said) {
    said = document.createElement('span');
    said.className = 'dem st warn';
    said.setAttribute('aria-live', 'polite');
    button(row).before(said);
  }
  const waiting = $('[data-cho]', row);
  if (waiting) waiting.hidden = typed.length > 0;
  said.textContent = !typed.length || sum === there ? '' : sum < there ? `Mới ${sum}/${there} phiếu` : `Thừa: ${sum}/${there} phiếu`;
  button(row).disabled = typed.length > 0 && sum !== there;
  button(row).classList.toggle('p', typed.length > 0 && sum === there);
}

for (const row of rows) {
  row.addEventListener('input', () => count(row));
  row.addEventListener('focusin', () => { for (const r of rows) r.classList.toggle('here', r === row); });
  count(row);
}

addEventListener('keydown', e => {
  const step = { j: 1, k: -1 }[e.key];
  const inVotes = e.target.matches?.('.vote input[inputmode]');
  if (!step || !keysOn() || (typing(e) && !inVotes) || e.ctrlKey || e.altKey || e.metaKey) return;
  const at = rows.findIndex(r => r.classList.contains('here'));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  if (next) { e.preventDefault(); $('input[inputmode]', next).focus(); }
});
