// What part of the plane is on the screen: the middle, and pixels a unit.
const view = { x: 0, y: 0, scale: 1, width: 1, height: 1, ratio: 1 };
const map = element("map");
const least = () => 0.9 * Math.min(view.width, view.height);

const toScreen = (point) => [
  (places[2 * point] - view.x) * view.scale + view.width / 2,
  (places[2 * point + 1] - view.y) * view.scale + view.height / 2,
];

const seeAll = () => Object.assign(view, { x: 0, y: 0, scale: least() });

const zoom = (factor, x = view.width / 2, y = view.height / 2) => {
  const scale = Math.min(Math.max(view.scale * factor, 0.5 * least()), 4000 * least());
  // What is under the pointer stays there.
  view.x += (x - view.width / 2) * (1 / view.scale - 1 / scale);
  view.y += (y - view.height / 2) * (1 / view.scale - 1 / scale);
  view.scale = scale;
};

const move = (dx, dy) => {
  view.x = Math.min(0.6, Math.max(-0.6, view.x - dx / view.scale));
  view.y = Math.min(0.6, Math.max(-0.6, view.y - dy / view.scale));
};

const bring = (point) => {
  const [x, y] = toScreen(point);
  const margin = 60;
  if (x < margin || y < margin || x > view.width - margin || y > view.height - margin) {
    view.x = places[2 * point];
    view.y = places[2 * point + 1];
  }
};

const radius = () => {
  const spread = Math.sqrt(view.scale / least());
  const usual = Math.max(1.2, Math.min(4.5, 160 / Math.sqrt(count)));
  return Math.min(9, usual * Math.min(spread, 3));
};

// Points by the cells of a grid, so that those around a place are found at once.
const side = Math.max(1, Math.min(512, Math.ceil(Math.sqrt(count / 2))));
const cellOf = (x, y) => {
  const column = Math.min(side - 1, Math.max(0, Math.floor((x + 0.5) * side)));
  return Math.min(side - 1, Math.max(0, Math.floor((y + 0.5) * side))) * side + column;
};
const starts = new Uint32Array(side * side + 1);
const inCells = new Uint32Array(count);
for (let point = 0; point < count; point++) starts[cellOf(places[2 * point], places[2 * point + 1]) + 1]++;
for (let cell = 0; cell < side * side; cell++) starts[cell + 1] += starts[cell];
{
  const next = starts.slice();
  for (let point = 0; point < count; point++) inCells[next[cellOf(places[2 * point], places[2 * point + 1])]++] = point;
}

// The nearest point within so many pixels; -1 for none.
const pointAt = (x, y, reach) => {
  const px = (x - view.width / 2) / view.scale + view.x, py = (y - view.height / 2) / view.scale + view.y;
  const far = reach / view.scale;
  let [found, nearest] = [-1, far * far];
  const columns = [px - far, px + far].map((value) => Math.min(side - 1, Math.max(0, Math.floor((value + 0.5) * side))));
  const rows = [py - far, py + far].map((value) => Math.min(side - 1, Math.max(0, Math.floor((value + 0.5) * side))));
  for (let row = rows[0]; row <= rows[1]; row++) {
    for (let i = starts[row * side + columns[0]]; i < starts[row * side + columns[1] + 1]; i++) {
      const dx = places[2 * inCells[i]] - px, dy = places[2 * inCells[i] + 1] - py;
      if (dx * dx + dy * dy < nearest) [found, nearest] = [inCells[i], dx * dx + dy * dy];
    }
  }
  return found;
};

// The next point in a direction, by what it costs to go there: the way, and the way aside twice.
const pointTowards = (from, dx, dy) => {
  let [found, cost] = [-1, Infinity];
  for (let point = 0; point < count; point++) {
    const x = places[2 * point] - places[2 * from], y = places[2 * point + 1] - places[2 * from + 1];
    const along = x * dx + y * dy, aside = Math.abs(x * dy - y * dx);
    if (point !== from && along > aside && along + 2 * aside < cost) [found, cost] = [point, along + 2 * aside];
  }
  return found;
};
