// The matrix of targets: arrows move from cell to cell, Enter opens as any link does.
import { $$, keysOn, typing } from './kiemdinh.js';

const rows = $$('.ct tbody tr').map(r => [...r.querySelectorAll('td')].map(td => td.querySelector('a')));
const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

addEventListener('keydown', e => {
  const step = steps[e.key];
  if (!step || typing(e) || !keysOn()) return;
  let y = rows.findIndex(r => r.includes(document.activeElement));
  if (y < 0) return;
  let x = rows[y].indexOf(document.activeElement);
  // Cells that the filter leaves out have no link: on to the next one that has.
  do { y += step[0]; x += step[1]; } while (rows[y] && x >= 0 && x < rows[y].length && !rows[y][x]);
  const next = rows[y] && rows[y][x];
  if (next) { e.preventDefault(); next.focus(); }
});
