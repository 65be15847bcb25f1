// A visit that is over or not one's own any more: what is left of it on this device is sent if it may be, else shown to be copied.
import { $ } from './kiemdinh.js';
import { all, drop, send } from './kiem-tra-kho.js';

const box = $('#con-lai'), { nguoi: account, dot: inspection } = box.dataset;
const mine = o => o.account === account && o.inspection === inspection && o.state !== 'xong';
const left = async () => [...(await all('y')), ...(await all('anh'))].filter(mine);

async function show() {
  const rows = (await left()).map(o => {
    const p = Object.assign(document.createElement('p'), { className: 'row small' });
    const where = o.level ? `${o.criterion} Mức\u00a0${o.level}` : `${o.criterion}, ảnh`;
    p.append(Object.assign(document.createElement('b'), { textContent: where }), ` ${o.note || o.place || ''} `);
    if (o.why) p.append(Object.assign(document.createElement('span'), { className: 'no', textContent: o.why + ' ' }));
    const b = Object.assign(document.createElement('button'), { type: 'button', className: 'b s', textContent: 'Bỏ khỏi máy' });
    b.addEventListener('click', async () => { await drop(o.level ? 'y' : 'anh', o.id); show(); });
    p.append(b);
    return p;
  });
  box.hidden = !rows.length;
  $('div', box).replaceChildren(...rows);
}
await show();
if (!box.hidden) {
  await send(account, () => {});
  await show();
}
