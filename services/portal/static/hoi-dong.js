// The matrix of a council: arrows move from sign to sign, Enter opens as any link does.
import { $$, keysOn, typing } from './kiemdinh.js';

const rows = $$('.hdm tr').map(r => [...r.querySelectorAll('td.cl a')]).filter(r => r.length);
const column = a => a.closest('td').cellIndex;

addEventListener('keydown', e => {
  if (typing(e) || !keysOn() || !e.key.startsWith('Arrow')) return;
  const here = document.activeElement, y = rows.findIndex(r => r.includes(here));
  if (y < 0) return;
  const x = rows[y].indexOf(here);
  const beside = e.key === 'ArrowLeft' ? rows[y][x - 1] : e.key === 'ArrowRight' ? rows[y][x + 1] : null;
  const other = rows[y + (e.key === 'ArrowUp' ? -1 : e.key === 'ArrowDown' ? 1 : 0)];
  // Up and down: the sign of that row which stands nearest to this column.
  const near = !beside && other && other !== rows[y]
    ? other.reduce((best, a) => Math.abs(column(a) - column(here)) < Math.abs(column(best) - column(here)) ? a : best) : null;
  if (beside || near) { e.preventDefault(); (beside || near).focus(); }
});
