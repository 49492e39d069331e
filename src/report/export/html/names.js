// The table: what is below the focus, by name.

const names = (() => {
  const panel = document.getElementById('names');
  const FEW = 100;
  const together = document.getElementById('together');
  if (data.together) together.checked = together.disabled = true;
  let rows = [], shown = FEW, order = null, down = true;

  const titled = node => (node.sort === REST ? '… left out here' : label(node, together.checked ? node.normal : node.name));

  // Paths of one name make one row. A total counts what lies within another of the same name once.
  function gather() {
    const { focus } = state, of = state.measure, byName = new Map();
    for (let id = focus.id; id < focus.end; id++) {
      const node = nodes[id];
      const key = titled(node);
      if (!byName.has(key)) {
        const fresh = () => ({ count: 0, own: 0, total: 0, unsure: false });
        byName.set(key, { name: key, node, end: 0, now: fresh(), was: fresh() });
      }
      const row = byName.get(key), outermost = id >= row.end;
      if (outermost) row.end = node.end;
      for (const when of ['now', 'was']) {
        const sums = node[when], into = row[when];
        into.count += sums.count;
        into.own += Math.max(0, sums.rest[of]);
        into.unsure ||= sums.own < 0;
        if (outermost) into.total += sums[of];
      }
    }
    return [...byName.values()];
  }

  const columns = () => {
    const delta = key => row => row.now[key] - row.was[key];
    const column = (id, head, hint, value, cell) => ({ id, head, hint, value, cell });
    const own = column('own', 'Self', 'Of the nodes of this name alone', row => row.now.own, row => {
      const text = (row.now.unsure ? '≤ ' : '') + measured(row.now.own);
      return numberCell(text, exact(row.now.own));
    });
    const total = column('total', 'Total', 'With everything below them', row => row.now.total,
      row => numberCell(measured(row.now.total), exact(row.now.total)));
    const number = column('count', 'Count', 'How many nodes have this name', row => row.now.count,
      row => numberCell(grouped(row.now.count), ''));
    const name = column('name', 'Name', '', row => row.name, nameCell);
    if (!compared) return [own, total, number, column('gauge', '', '', null, barCell), name];
    return [
      column('own-delta', 'Self ±', 'Growth of the nodes of this name alone', delta('own'), row => deltaCell(row.was.own, row.now.own)),
      column('total-delta', 'Total ±', 'Growth with everything below them', delta('total'), row => deltaCell(row.was.total, row.now.total)),
      column('count-delta', 'Count ±', 'How many more nodes have this name', delta('count'),
        row => deltaCell(row.was.count, row.now.count, 'count')),
      own, total, number, name,
    ];
  };

  function nameCell(row) {
    const button = element('button', { type: 'button', className: 'name', title: 'Find in the icicle and the tree' }, row.name);
    if (row.node.sort === REST) return element('td', { className: 'name quiet' }, row.name);
    // A name clicked once more is let go.
    const query = `"${together.checked ? row.node.normal : row.node.name}"`;
    if (state.query === query) button.classList.add('found');
    button.addEventListener('click', () => search(state.query === query ? '' : query));
    const swatch = element('i', { className: 'swatch' });
    swatch.style.background = `var(--h${row.node.hue})`;
    return element('td', { className: 'name' }, compared ? null : swatch, button);
  }

  function barCell(row) {
    const bar = element('div', { className: 'share', title: `${percent(row.now.own, state.focus.now[state.measure])} itself` });
    const whole = state.focus.now[state.measure] || 1;
    bar.style.setProperty('--total', `${Math.min(100, (100 * row.now.total) / whole)}%`);
    bar.style.setProperty('--own', `${Math.min(100, (100 * row.now.own) / whole)}%`);
    return element('td', { className: 'gauge' }, bar);
  }

  function sorted(all) {
    const by = all.find(column => column.id === order.id), { value } = by;
    const sign = down ? -1 : 1;
    const compare = typeof value(rows[0]) === 'string'
      ? (a, b) => (value(a) < value(b) ? -sign : sign)
      // A difference sorts by how much, whichever way it goes.
      : order.id.endsWith('-delta') ? (a, b) => sign * (Math.abs(value(a)) - Math.abs(value(b))) || value(b) - value(a)
      : (a, b) => sign * (value(a) - value(b));
    return rows.sort(compare);
  }

  function headCell(column) {
    const active = column.id === order.id;
    if (!column.value) return element('th', { className: column.id });
    const button = element('button', { type: 'button', title: column.hint }, column.head, active ? (down ? ' ▾' : ' ▴') : '');
    button.addEventListener('click', () => {
      down = active ? !down : column.id !== 'name';
      order = column;
      fill();
      panel.querySelector(`th[data-column="${column.id}"] button`).focus();
    });
    const cell = element('th', { scope: 'col', className: column.id === 'name' ? 'name' : 'number', 'data-column': column.id }, button);
    cell.ariaSort = active ? (down ? 'descending' : 'ascending') : 'none';
    return cell;
  }

  function fill() {
    const all = columns();
    order ??= all[0];
    // A whole name is marked; anything else picks rows.
    const test = wholeName(state.query) === null ? matcher(state.query.trim()) : null;
    const wanted = sorted(all).filter(row => !test || (row.node.sort !== REST && test(row.node)));
    const body = element('tbody', {}, ...wanted.slice(0, shown).map(row => element('tr', {}, ...all.map(column => column.cell(row)))));
    const table = element('table', {}, element('thead', {}, element('tr', {}, ...all.map(headCell))), body);
    panel.replaceChildren(table);
    if (wanted.length === 0) panel.append(element('p', { className: 'quiet' }, 'No name here matches the search.'));
    if (wanted.length > shown) {
      const more = element('button', { type: 'button', className: 'more' }, `Show more of ${grouped(wanted.length - shown)} names`);
      more.addEventListener('click', () => {
        shown *= 4;
        fill();
      });
      panel.append(more);
    }
  }

  together.addEventListener('change', () => names.show());

  return {
    show() {
      rows = gather();
      shown = FEW;
      fill();
    },
    fill,
  };
})();
