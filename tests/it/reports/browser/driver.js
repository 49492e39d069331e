// Plays a user: does what the steps say and writes down what is then to be seen.
const at = id => document.getElementById(id);
const rest = () => new Promise(done => setTimeout(done, 400));
const seen = [];
const note = (what, value) => seen.push(`${what}: ${value}`);
const row = (panel, number = 0) =>
  [...document.querySelectorAll(`#${panel} tbody tr`)[number].cells].map(cell => cell.textContent.trim()).filter(Boolean).join(' | ');
const crumbs = () => [...at('crumbs').children].map(crumb => crumb.textContent).join(' / ');
const key = (target, key) => target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const clickBox = (x, level) => {
  const area = at('icicle').getBoundingClientRect();
  const where = { clientX: area.left + x * area.width, clientY: area.top + 22 * level + 10, bubbles: true };
  at('icicle').dispatchEvent(new MouseEvent('click', where));
};
const hover = (x, level) => {
  const area = at('icicle').getBoundingClientRect();
  const where = { clientX: area.left + x * area.width, clientY: area.top + 22 * level + 10, bubbles: true, pointerType: 'mouse' };
  at('icicle').dispatchEvent(new PointerEvent('pointermove', where));
};
const search = text => {
  at('search').value = text;
  at('search').dispatchEvent(new Event('input'));
};
// What the canvas shows at some place, as a colour.
const pixel = (x, level) => {
  const { width } = at('canvas').getBoundingClientRect(), scale = at('canvas').width / width;
  const place = [Math.round((x * width) * scale), Math.round((22 * level + 18) * scale)];
  return [...at('canvas').getContext('2d').getImageData(...place, 1, 1).data].join(',');
};
await rest();
STEPS
note('failures', window.failures.join('; ') || 'none');
note('fetched', performance.getEntriesByType('resource').length);
const result = document.createElement('pre');
result.id = 'result';
result.textContent = seen.join('\n');
document.body.replaceChildren(result);
