// The report: a list of name paths in pre-order, each with what it holds now and, if there was one, in the earlier report.

const data = JSON.parse(document.getElementById('data').textContent);
const compared = data.compared;
const NODE = 0, REFERENCE = 1, HIDDEN = 2, REST = 3;

const nodes = [];
{
  const open = [];
  const sums = (row, at) => ({ count: row[at], bytes: row[at + 1], blocks: row[at + 2], own: row[at + 3] });
  const none = { count: 0, bytes: 0, blocks: 0, own: 0 };
  data.rows.forEach((row, id) => {
    const [depth, name, sort] = row;
    while (open.length > depth) open.pop().end = id;
    const parent = open.length ? open[open.length - 1] : null;
    const node = {
      id, parent, depth, sort, name: data.names[name][0], hue: data.names[name][1],
      normal: data.names[name][2] ?? data.names[name][0], children: [], end: id + 1,
      now: sums(row, 3), was: compared ? sums(row, 7) : none,
    };
    if (parent) parent.children.push(node);
    nodes.push(node);
    open.push(node);
  });
  while (open.length) open.pop().end = nodes.length;
}
const root = nodes[0];

// What a path has to itself: exact wherever the lines below it are all there.
for (const node of nodes) {
  for (const side of [node.now, node.was]) side.rest = { bytes: side.bytes, blocks: side.blocks };
}
for (const node of nodes) {
  if (!node.parent) continue;
  for (const when of ['now', 'was']) {
    node.parent[when].rest.bytes -= node[when].bytes;
    node.parent[when].rest.blocks -= node[when].blocks;
  }
}

// What the page shows. Everything else follows from this.
const state = { focus: root, measure: 'bytes', query: '', found: null, chosen: null };

// How wide each path is drawn: what it has to itself in the report that has more of it, and its children's widths.
function measureAll() {
  const of = state.measure;
  for (const node of nodes) node.width = Math.max(0, node.now.rest[of], node.was.rest[of]);
  for (let id = nodes.length - 1; id > 0; id--) nodes[id].parent.width += nodes[id].width;
  for (const node of nodes) {
    node.children.sort((a, b) => (a.sort === REST) - (b.sort === REST) || b.width - a.width || a.id - b.id);
  }
}

const count = node => Math.max(node.now.count, node.was.count);

function label(node, name = node.name) {
  if (node.sort === REST) return `… ${grouped(count(node))} more`;
  return node.sort === REFERENCE ? `→ ${name}` : name;
}

const times = node => (node.sort !== REST && count(node) > 1 ? ` ×${grouped(count(node))}` : '');

function pathOf(node) {
  const path = [];
  for (let at = node; at; at = at.parent) path.push(at);
  return path.reverse();
}

const isBelow = (node, top) => node.id >= top.id && node.id < top.end;

// Steps from -4 (gone) over 0 (no change) to 4 (new), by share of the larger of both.
function growth(was, now) {
  const of = Math.max(was, now), delta = Math.abs(now - was);
  if (delta === 0) return 0;
  const share = delta / of;
  const step = share < 0.1 ? 1 : share < 0.4 ? 2 : share < 1 ? 3 : 4;
  return now > was ? step : -step;
}

const wholeName = query => /^"(.*)"$/.exec(query.trim())?.[1] ?? null;

// A test for nodes: part of the name, "the whole name", or /a regular expression/. Null for no search, or none that works.
function matcher(query) {
  if (query === '') return null;
  const whole = wholeName(query), pattern = /^\/(.+)\/$/.exec(query);
  if (whole !== null) return node => node.name === whole || node.normal === whole;
  if (pattern) {
    try {
      const test = new RegExp(pattern[1], 'i');
      return node => test.test(node.name);
    } catch {
      return null;
    }
  }
  const part = query.toLowerCase();
  return node => node.name.toLowerCase().includes(part);
}

// Which paths a query finds, and what they hold: a match within a match counts once.
function find(query) {
  const test = matcher(query.trim());
  if (!test) return null;
  const found = { ids: new Set(), within: new Uint8Array(nodes.length), records: 0, now: 0, was: 0 };
  let end = 0;
  for (const node of nodes) {
    const hit = node.sort !== REST && test(node);
    if (hit) {
      found.ids.add(node.id);
      found.records += node.now.count;
      if (node.id >= end) {
        end = node.end;
        found.now += node.now[state.measure];
        found.was += node.was[state.measure];
      }
    }
    if (node.id < end) found.within[node.id] = 1;
  }
  return found;
}
