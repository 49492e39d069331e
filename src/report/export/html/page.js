// What joins the parts: where one is, what is searched for, what sizes mean.

const byId = id => document.getElementById(id);

function showFacts() {
  const totals = sums => `${size(sums.bytes)} in ${grouped(sums.blocks)} blocks`;
  const facts = byId('facts');
  if (compared) {
    const bytes = root.now.bytes - root.was.bytes, blocks = root.now.blocks - root.was.blocks;
    const kind = bytes > 0 ? 'grew' : bytes < 0 ? 'shrank' : '';
    const share = root.was.bytes ? ` (${bytes < 0 ? '−' : '+'}${percent(Math.abs(bytes), root.was.bytes)})` : '';
    facts.append(element('b', { className: kind }, `${signed(bytes, size)}${bytes ? share : ''}, ${signed(blocks, grouped)} blocks`),
      ` · ${totals(root.was)} before · ${totals(root.now)} now`);
  } else {
    facts.append(element('b', {}, totals(root.now)), ` · ${grouped(data.met)} name paths${data.together ? ', numbers aside' : ''}`);
  }
  const left = data.met - nodes.filter(node => node.sort !== REST).length;
  if (left > 0) facts.append(` · the smallest ${grouped(left)} are summed up in grey`);
}

// What is wrong with a report, or limits it, belongs beside its numbers.
function showFindings() {
  const line = ([, text]) => element('p', {}, text);
  byId('findings').append(...data.findings.filter(([serious]) => serious).map(line));
  const notes = data.findings.filter(([serious]) => !serious).map(line);
  if (notes.length) byId('findings').append(element('details', {}, element('summary', {}, 'About this report'), ...notes));
}

function showLegend() {
  if (!compared) return;
  const words = ['gone', '', '', 'less', 'same', 'more', '', '', 'new'];
  byId('legend').append(...words.map((word, step) => {
    const swatch = element('span', { className: step === 0 || step === 8 ? 'strong' : '' }, word);
    swatch.style.background = `var(--g${step})`;
    return swatch;
  }));
}

function showCrumbs() {
  const path = pathOf(state.focus), few = 6, hidden = path.length - few;
  const shown = hidden > 1 ? [...path.slice(0, 2), ...path.slice(2 - few)] : path;
  const crumbs = shown.map(node => {
    const button = element('button', { type: 'button', title: label(node) }, label(node));
    if (node === state.focus) button.ariaCurrent = 'page';
    button.addEventListener('click', () => zoom(node));
    return button;
  });
  if (hidden > 1) crumbs.splice(2, 0, element('span', {}, `⋯ ${grouped(hidden)} levels ⋯`));
  byId('crumbs').replaceChildren(...crumbs);
  byId('scope').textContent = state.focus === root ? '' : `below ${label(state.focus)}`;
  if (state.focus === root) byId('chosen').textContent = 'Click a box to zoom in, the top one to go back. Arrow keys and Enter do it too.';
}

function showFound() {
  const found = state.found, out = byId('found');
  if (!found) {
    out.textContent = state.query.trim() === '' ? '' : 'That is no regular expression.';
    return;
  }
  const whole = root.now[state.measure];
  const holds = `${measured(found.now)} (${percent(found.now, whole) || '0.0%'})`;
  const change = compared ? `, ${signed(found.now - found.was, measured)}` : '';
  out.textContent = `${grouped(found.records)} found in ${grouped(found.ids.size)} ${found.ids.size === 1 ? 'path' : 'paths'}: ${holds}${change}`;
}

// Everything below `node`, and nothing else. The address bar knows, so going back works.
function zoom(node) {
  if (node === state.focus) return icicle.choose(node);
  location.hash = node === root ? '' : `#${node.id}`;
  focusOn(node);
}

function focusOn(node) {
  if (node === state.focus) return;
  state.focus = node;
  state.chosen = node;
  byId('icicle').scrollTop = 0;
  showCrumbs();
  icicle.show(true);
  icicle.choose(node);
  names.show();
  tree.show();
}

function search(query) {
  byId('search').value = query;
  state.query = query;
  state.found = find(query);
  showFound();
  icicle.draw();
  names.fill();
  tree.found();
}

function measureBy(measure) {
  state.measure = measure;
  for (const each of ['bytes', 'blocks']) byId(`by-${each}`).ariaPressed = String(each === measure);
  measureAll();
  state.found = find(state.query);
  showFound();
  icicle.show(true);
  names.show();
  tree.show();
}

function openTab(which) {
  for (const each of ['names', 'tree']) {
    const tab = byId(`tab-${each}`);
    tab.ariaSelected = String(each === which);
    tab.tabIndex = each === which ? 0 : -1;
    byId(each).hidden = each !== which;
  }
  byId('together').parentElement.hidden = which !== 'names';
}

function changeTheme() {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
  icicle.recolour();
}

let typing = 0;
byId('search').addEventListener('input', event => {
  clearTimeout(typing);
  typing = setTimeout(() => search(event.target.value), nodes.length > 5000 ? 150 : 0);
});
byId('by-bytes').addEventListener('click', () => measureBy('bytes'));
byId('by-blocks').addEventListener('click', () => measureBy('blocks'));
byId('theme').addEventListener('click', changeTheme);
for (const which of ['names', 'tree']) {
  byId(`tab-${which}`).addEventListener('click', () => openTab(which));
  byId(`tab-${which}`).addEventListener('keydown', event => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const other = which === 'names' ? 'tree' : 'names';
    openTab(other);
    byId(`tab-${other}`).focus();
  });
}
document.addEventListener('keydown', event => {
  if (event.key === '/' && event.target.tagName !== 'INPUT') {
    event.preventDefault();
    byId('search').focus();
  } else if (event.key === 'Escape' && state.query !== '') {
    search('');
  }
});
const fromAddress = () => nodes[Number(location.hash.slice(1))] ?? root;
addEventListener('hashchange', () => focusOn(fromAddress()));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => icicle.recolour());

measureAll();
showFacts();
showFindings();
showLegend();
showCrumbs();
icicle.show();
names.show();
tree.show();
focusOn(fromAddress());
