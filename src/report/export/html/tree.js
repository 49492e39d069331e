// The tree: what is below the focus, opened as far as is asked for.

const tree = (() => {
  const panel = document.getElementById('tree');
  const FEW = 50, DEEPEST = 24;
  let open = new Set();       // Ids of nodes whose children are shown.
  let more = new Map();       // How many children of a node are shown, if more than few.
  let current = null;         // The node that has the keyboard.

  // What a report is read for comes first: the largest, or what has changed most.
  const weight = node => (compared ? Math.abs(node.now[state.measure] - node.was[state.measure]) : node.width);
  const ordered = node => (compared ? [...node.children].sort((a, b) => weight(b) - weight(a)) : node.children);

  // Opens a node, and on down while there is but one way to go.
  function unfold(node) {
    for (let at = node, steps = 0; at.children.length && steps < 40; at = at.children[0], steps++) {
      open.add(at.id);
      if (at.children.length > 1) break;
    }
  }

  // Opens the weightiest nodes until some two dozen lines are shown.
  function begin() {
    open = new Set();
    more = new Map();
    current = state.focus;
    const waiting = [state.focus];
    let lines = 1;
    while (waiting.length && lines < 24) {
      waiting.sort((a, b) => weight(a) - weight(b));
      const node = waiting.pop();
      if (!node.children.length || (lines > 1 && lines + node.children.length > 40)) continue;
      open.add(node.id);
      lines += Math.min(node.children.length, FEW);
      waiting.push(...ordered(node).slice(0, FEW).filter(child => weight(child) * 20 > weight(state.focus)));
    }
  }

  // Opens the ways to what was found, the first hundred.
  function reveal() {
    let left = 100;
    for (const id of state.found?.ids ?? []) {
      if (!isBelow(nodes[id], state.focus)) continue;
      if (left-- === 0) break;
      for (let at = nodes[id]; at !== state.focus; at = at.parent) {
        open.add(at.parent.id);
        const place = ordered(at.parent).indexOf(at);
        if (place >= (more.get(at.parent.id) ?? FEW)) more.set(at.parent.id, place + 1);
      }
    }
  }

  function lines() {
    const list = [], waiting = [{ node: state.focus, level: 0 }];
    while (waiting.length) {
      const line = waiting.pop();
      list.push(line);
      if (line.further || !open.has(line.node.id)) continue;
      const children = ordered(line.node), few = more.get(line.node.id) ?? FEW;
      if (children.length > few) waiting.push({ node: line.node, further: children.length - few, level: line.level + 1 });
      for (const node of children.slice(0, few).reverse()) waiting.push({ node, level: line.level + 1 });
    }
    return list;
  }

  function toggle(node) {
    if (open.has(node.id)) open.delete(node.id);
    else unfold(node);
    current = node;
    fill(true);
  }

  function nameCell({ node, level }) {
    const cell = element('td', { className: 'name' });
    cell.style.paddingInlineStart = `${8 + 16 * Math.min(level, DEEPEST)}px`;
    if (level > DEEPEST) cell.append(element('span', { className: 'quiet' }, `⋯${level}⋯ `));
    if (node.children.length) {
      const mark = element('button', { type: 'button', className: 'fold', tabIndex: -1, ariaHidden: 'true' }, open.has(node.id) ? '▾' : '▸');
      mark.addEventListener('click', () => toggle(node));
      cell.append(mark);
    } else {
      cell.append(element('span', { className: 'fold' }));
    }
    const quiet = node.sort === NODE ? '' : ' quiet';
    const name = element('button', { type: 'button', className: `name${quiet}`, tabIndex: -1, title: 'Zoom in' }, label(node));
    if (state.found?.ids.has(node.id)) name.classList.add('found');
    name.addEventListener('click', () => zoom(node));
    cell.append(name, element('span', { className: 'times' }, times(node)));
    return cell;
  }

  function shareCell(node) {
    const whole = root.now[state.measure], part = node.now[state.measure];
    const bar = element('div', { className: 'share' });
    bar.style.setProperty('--total', `${whole ? Math.min(100, (100 * part) / whole) : 0}%`);
    bar.style.setProperty('--own', '0%');
    return [numberCell(percent(part, whole), exact(part)), element('td', { className: 'gauge' }, bar)];
  }

  function row(line) {
    const { node, level, further } = line, of = state.measure;
    if (further) {
      const button = element('button', { type: 'button', className: 'more' }, `Show more of ${grouped(further)} below ${label(node)}`);
      button.addEventListener('click', () => {
        more.set(node.id, (more.get(node.id) ?? FEW) * 4);
        fill();
      });
      return element('tr', {}, element('td', { colSpan: 5 }, button));
    }
    const own = node.sort === REFERENCE ? '' : (node.now.own < 0 ? '≤ ' : '') + measured(Math.max(0, node.now.rest[of]));
    const numbers = compared
      ? [deltaCell(node.was[of], node.now[of]), numberCell(measured(node.now[of]), exact(node.now[of])),
        deltaCell(node.was.count, node.now.count, 'count')]
      : [numberCell(measured(node.now[of]), exact(node.now[of])), numberCell(own, ''), ...shareCell(node)];
    const made = element('tr', { role: 'row', 'data-id': String(node.id), tabIndex: node === current ? 0 : -1 }, ...numbers, nameCell(line));
    made.setAttribute('aria-level', level + 1);
    if (node.children.length) made.setAttribute('aria-expanded', open.has(node.id));
    return made;
  }

  function fill(keepFocus = false) {
    const heads = compared ? ['Total ±', 'Total', 'Count ±'] : ['Total', 'Self', 'Share', ''];
    const headCell = text => element('th', { scope: 'col', className: text ? 'number' : 'gauge' }, text);
    const head = element('tr', {}, ...heads.map(headCell),
      element('th', { scope: 'col', className: 'name' }, 'Tree'));
    const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...lines().map(row)));
    table.setAttribute('role', 'treegrid');
    const { scrollTop } = panel;
    panel.replaceChildren(table);
    panel.scrollTop = scrollTop;
    if (keepFocus) panel.querySelector(`tr[data-id="${current.id}"]`)?.focus();
  }

  function move(to) {
    if (!to) return;
    panel.querySelector('tr[tabindex="0"]')?.setAttribute('tabindex', -1);
    current = nodes[to.dataset.id];
    to.tabIndex = 0;
    to.focus();
  }

  panel.addEventListener('keydown', event => {
    const at = event.target.closest('tr[data-id]');
    if (!at) return;
    const node = nodes[at.dataset.id], all = [...panel.querySelectorAll('tr[data-id]')], place = all.indexOf(at);
    const isOpen = open.has(node.id);
    if (event.key === 'ArrowDown') move(all[place + 1]);
    else if (event.key === 'ArrowUp') move(all[place - 1]);
    else if (event.key === 'Home') move(all[0]);
    else if (event.key === 'End') move(all[all.length - 1]);
    else if (event.key === 'ArrowRight' && node.children.length) isOpen ? move(all[place + 1]) : toggle(node);
    else if (event.key === 'ArrowLeft') isOpen ? toggle(node) : node !== state.focus && move(panel.querySelector(`tr[data-id="${node.parent.id}"]`));
    else if (event.key === 'Enter' && event.target === at) zoom(node);
    else return;
    event.preventDefault();
  });

  return {
    show() {
      begin();
      reveal();
      fill();
    },
    found() {
      reveal();
      fill();
    },
  };
})();
