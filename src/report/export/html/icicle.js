// The icicle: the focus above, its children below it, each as wide as its share.

const icicle = (() => {
  const ROW = 22, NARROWEST = 1.5;
  const view = document.getElementById('icicle');
  const room = document.getElementById('canvas-room');
  const canvas = document.getElementById('canvas');
  const tip = document.getElementById('tip');
  const context = canvas.getContext('2d');
  let rows = [];          // Boxes by level: { node, small, x, width }, where `small` counts siblings too narrow to draw.
  let drawn = new Map();  // Where each node was drawn before, to move from there.
  let colours = null;
  let moving = 0;

  function layOut() {
    const width = view.clientWidth;
    const scale = state.focus.width > 0 ? width / state.focus.width : 0;
    rows = [];
    const open = [{ node: state.focus, x: 0, row: 0 }];
    while (open.length) {
      const { node, x, row } = open.pop();
      (rows[row] ??= []).push({ node, small: 0, x, width: node.width * scale || (row === 0 ? width : 0) });
      let next = x, small = 0, held = 0;
      for (const child of node.children) {
        const wide = child.width * scale;
        if (wide < NARROWEST) {
          small += 1;
          held += wide;
          continue;
        }
        open.push({ node: child, x: next, row: row + 1 });
        next += wide;
      }
      if (held >= 0.5) (rows[row + 1] ??= []).push({ node, small, x: next, width: held });
    }
    // The stack hands boxes out from right to left.
    for (const row of rows) row.sort((a, b) => a.x - b.x);
  }

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    const read = name => style.getPropertyValue(name).trim();
    colours = {
      hues: Array.from({ length: 12 }, (_, number) => read(`--h${number}`)),
      growth: Array.from({ length: 9 }, (_, number) => read(`--g${number}`)),
      rest: read('--rest'), ink: read('--ink'), strong: read('--strong'), accent: read('--accent'), page: read('--page'),
    };
  }

  function colour({ node, small }) {
    if (compared && !small) return colours.growth[growth(node.was[state.measure], node.now[state.measure]) + 4];
    return small || node.sort === REST || node.sort === HIDDEN ? colours.rest : colours.hues[node.hue];
  }

  function caption(node) {
    const now = node.now[state.measure], was = node.was[state.measure];
    if (!compared) return measured(now);
    return now === was ? '' : signed(now - was, measured);
  }

  function write(node, x, y, width) {
    const each = context.measureText('0').width, fits = Math.floor((width - 9) / each);
    let text = label(node);
    // The word most names begin with tells least.
    if (text.length > fits) text = text.replace(/^struct /, '');
    if (text.length > fits) {
      if (fits < 6 || node.sort === REST) return;
      const tail = Math.floor((fits - 1) / 2);
      context.fillText(`${text.slice(0, fits - 1 - tail)}…${text.slice(-tail)}`, x + 5, y, width - 6);
      return;
    }
    if (text.length + times(node).length <= fits) text += times(node);
    context.fillText(text, x + 5, y, width - 6);
    const number = caption(node);
    if (number !== '' && text.length + number.length + 2 <= fits) {
      context.globalAlpha *= 0.72;
      context.fillText(number, x + 5 + each * (text.length + 2), y);
    }
  }

  // Draws the boxes in sight; `from` and `part` say where they come from and how far they have come.
  function draw(from = null, part = 1) {
    const top = view.scrollTop, height = canvas.clientHeight;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, canvas.clientWidth, height);
    context.font = getComputedStyle(canvas).font;
    context.textBaseline = 'middle';
    for (let row = Math.floor(top / ROW); row < Math.min(rows.length, Math.ceil((top + height) / ROW)); row++) {
      for (const box of rows[row]) {
        let { x, width } = box, y = row * ROW;
        const start = from && !box.small && from.get(box.node.id);
        if (start) {
          x = start.x + (x - start.x) * part;
          width = start.width + (width - start.width) * part;
          y = start.y + (y - start.y) * part;
        }
        y -= top;
        const found = state.found;
        const inside = !found || (!box.small && found.within[box.node.id]);
        context.globalAlpha = (inside ? 1 : 0.28) * (from && !start ? part : 1);
        const fill = colour(box);
        context.fillStyle = fill;
        const gap = width > 4 ? 1 : width > 2 ? 0.5 : 0;
        context.beginPath();
        context.roundRect(x, y, Math.max(width - gap, 0.5), ROW - 1, width > 8 ? 3 : 0);
        context.fill();
        if (width > 26 && !box.small) {
          const strong = compared && (fill === colours.growth[0] || fill === colours.growth[8]);
          context.fillStyle = strong ? colours.strong : colours.ink;
          write(box.node, x, y + ROW / 2, width);
        }
        context.globalAlpha = 1;
        if (!box.small && (found?.ids.has(box.node.id) || state.chosen === box.node)) {
          context.lineWidth = state.chosen === box.node ? 2 : 1.25;
          context.strokeStyle = colours.accent;
          context.strokeRect(x + 0.75, y + 0.75, Math.max(width - gap - 1.5, 0.5), ROW - 2.5);
        }
      }
    }
  }

  function remember() {
    drawn = new Map();
    rows.forEach((row, level) => {
      for (const box of row) if (!box.small) drawn.set(box.node.id, { x: box.x, width: box.width, y: level * ROW });
    });
  }

  function fit() {
    const most = Math.max(ROW * 6, Math.min(ROW * 26, innerHeight * 0.52));
    const whole = Math.max(rows.length * ROW, ROW * 2), height = Math.min(whole, most);
    view.style.height = `${height}px`;
    room.style.height = `${whole}px`;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(view.clientWidth * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
  }

  // Lays everything out again; `smoothly` moves the boxes to their new places.
  function show(smoothly = false) {
    if (!colours) readColours();
    const from = drawn, ticket = ++moving;
    layOut();
    fit();
    // A scroll bar may have come or gone.
    layOut();
    remember();
    if (!smoothly || matchMedia('(prefers-reduced-motion: reduce)').matches) return draw();
    const begin = performance.now();
    const step = now => {
      if (ticket !== moving) return;
      const part = Math.min(1, Math.max(0, (now - begin) / 220));
      draw(part < 1 ? from : null, 1 - (1 - part) ** 3);
      if (part < 1) requestAnimationFrame(step);
    };
    draw(from, 0);
    requestAnimationFrame(step);
  }

  function boxAt(event) {
    const area = canvas.getBoundingClientRect();
    const x = event.clientX - area.left, row = Math.floor((event.clientY - area.top + view.scrollTop) / ROW);
    return rows[row]?.find(box => x >= box.x && x < box.x + box.width) ?? null;
  }

  function facts(node) {
    const lines = [];
    const line = (when, sums) => {
      const own = sums.own < 0 ? 'its own unknown' : `${grouped(sums.own)} its own`;
      return `${when}${grouped(sums.bytes)} bytes (${own}) in ${grouped(sums.blocks)} blocks`;
    };
    if (compared) {
      const bytes = signed(node.now.bytes - node.was.bytes, grouped);
      lines.push(`${bytes} bytes, ${signed(node.now.blocks - node.was.blocks, grouped)} blocks`);
      lines.push(line('before: ', node.was), line('now: ', node.now));
    } else {
      lines.push(line('', node.now));
    }
    const when = node.now.count ? 'now' : 'was';
    const share = top => percent(node[when][state.measure], top[when][state.measure]);
    lines.push(`${share(root)} of all${state.focus === root ? '' : `, ${share(state.focus)} of what is shown`}`);
    return lines;
  }

  function point(event) {
    const box = boxAt(event);
    view.style.cursor = box ? 'pointer' : '';
    tip.hidden = !box;
    if (!box) return;
    const parts = box.small
      ? [element('b', {}, `${grouped(box.small)} too narrow to draw`), element('div', {}, `below ${label(box.node)}`)]
      : [element('b', {}, label(box.node) + times(box.node)), ...facts(box.node).map(line => element('div', {}, line))];
    tip.replaceChildren(...parts);
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const above = event.clientY + 18 + tip.offsetHeight > innerHeight;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above ? event.clientY - tip.offsetHeight - 12 : event.clientY + 18}px`;
  }

  // Arrow keys: down to the largest child, up to the parent, left and right among siblings.
  function step(key) {
    const at = state.chosen && isBelow(state.chosen, state.focus) ? state.chosen : null;
    if (!at) return choose(state.focus);
    const siblings = at === state.focus ? [at] : at.parent.children;
    const place = siblings.indexOf(at);
    const next = {
      ArrowDown: at.children[0], ArrowUp: at === state.focus ? at : at.parent,
      ArrowRight: siblings[place + 1], ArrowLeft: siblings[place - 1],
    }[key];
    if (next) choose(next);
  }

  function choose(node) {
    state.chosen = node;
    const y = (node.depth - state.focus.depth) * ROW;
    if (y < view.scrollTop) view.scrollTop = y;
    if (y + ROW > view.scrollTop + view.clientHeight) view.scrollTop = y + ROW - view.clientHeight;
    document.getElementById('chosen').textContent = `${label(node)}${times(node)}: ${facts(node).join('; ')}`;
    draw();
  }

  view.addEventListener('pointermove', event => event.pointerType === 'mouse' && point(event));
  view.addEventListener('pointerleave', () => { tip.hidden = true; });
  view.addEventListener('scroll', () => { tip.hidden = true; draw(); });
  view.addEventListener('click', event => {
    const box = boxAt(event);
    if (!box) return;
    tip.hidden = true;
    zoom(box.node === state.focus && box.node.parent ? box.node.parent : box.node);
  });
  view.addEventListener('keydown', event => {
    if (event.key.startsWith('Arrow')) step(event.key);
    else if (event.key === 'Enter' && state.chosen) zoom(state.chosen);
    else if (event.key === 'Backspace' && state.focus.parent) zoom(state.focus.parent);
    else if (event.key === 'Home') zoom(root);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(() => show()).observe(view.parentElement);

  return { show, draw, choose, recolour() { readColours(); draw(); } };
})();
