// How numbers are written, and how elements are made. Names only ever become text, never markup.

const grouped = number => number.toLocaleString('en-US');

function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  let number = bytes / 1024, unit = 0;
  while (number >= 999.95) {
    number /= 1024;
    unit++;
  }
  return `${number.toFixed(1)} ${units[unit]}`;
}

const measured = (number, of = state.measure) => (of === 'bytes' ? size(number) : grouped(number));
const exact = (number, of = state.measure) => `${grouped(number)} ${of}`;

function signed(delta, write) {
  return delta === 0 ? '±0' : (delta > 0 ? '+' : '−') + write(Math.abs(delta));
}

function percent(part, whole) {
  if (!whole) return '';
  const share = (100 * part) / whole;
  return share > 0 && share < 0.05 ? '<0.1%' : `${share.toFixed(1)}%`;
}

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null));
  return made;
}

// A number cell: short, with the exact number behind it.
function numberCell(text, title, kind = '') {
  return element('td', { className: `number ${kind}`, title }, text);
}

function deltaCell(was, now, of) {
  const kind = now > was ? 'grew' : now < was ? 'shrank' : 'quiet';
  const title = `${grouped(was)} before, ${grouped(now)} now`;
  return numberCell(signed(now - was, number => measured(number, of)), title, kind);
}
