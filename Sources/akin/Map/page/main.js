const query = element("query");

const showFound = (points, what) => {
  state.found = points.slice(0, 200);
  const list = element("found").querySelector("ol");
  element("found").querySelector("button")?.remove();
  list.replaceChildren();
  element("found").hidden = points.length === 0;
  fill(list, points);
  say(what);
};

const forget = () => {
  query.value = "";
  state.similarity = null;
  showFound([], "");
  choose(-1);
  setColouring(state.by === "similarity" ? "cluster" : state.by);
};

const setColouring = (by) => {
  state.by = by;
  element("colour").value = by;
  recolour();
  fillCard();
  redraw();
};

let asked = 0;
const find = async () => {
  const text = query.value.trim();
  const turn = ++asked;
  if (!text) return forget();
  const byWord = byWords(text);
  const named = best(byWord, 200);
  if (data.served) {
    try {
      const scores = products(await askModel(text));
      if (turn !== asked) return;
      state.similarity = { scores, about: "like the query" };
      const near = best(scores, 50, -1);
      showFound(near, near.length + " nearest, by the model");
    } catch (error) {
      if (turn === asked) showFound(named, "the model does not answer (" + error.message + "): by words alone");
    }
  } else if (named.length > 0) {
    // There is no model here: what has the words stands for what they mean.
    const sum = new Float32Array(dimensions);
    for (const point of named.slice(0, 10)) vectorOf(point).forEach((value, k) => (sum[k] += value * byWord[point]));
    state.similarity = { scores: products(unit(sum)), about: "like what has these words" };
    showFound(named, (named.length === 200 ? "200 or more" : named.length) + " with these words");
  } else {
    state.similarity = null;
    showFound([], "nothing has these words");
  }
  setColouring("similarity");
};

const likeThis = (point) => {
  state.similarity = { scores: products(unit(vectorOf(point))), about: "like " + nameOf(point) };
  showFound(best(state.similarity.scores, 50, -1).filter((other) => other !== point), "the nearest to " + nameOf(point));
  setColouring("similarity");
};

let waiting = 0;
query.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(find, 160);
});
query.form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (state.found.length === 0) return find();
  choose(state.found[(state.found.indexOf(state.chosen) + 1) % state.found.length]);
});
element("colour").addEventListener("change", (event) => setColouring(event.target.value));
element("links").addEventListener("change", redraw);

// The pointer: dragging moves, a click opens, two fingers zoom.
const pointers = new Map();
let moved = 0;
const here = (event) => {
  const box = map.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};
const isMap = (event) => !card.contains(event.target);
map.addEventListener("pointerdown", (event) => {
  if (!isMap(event) || event.button > 0) return;
  map.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, here(event));
  moved = 0;
  map.classList.add("held");
});
map.addEventListener("pointermove", (event) => {
  const now = here(event);
  const before = pointers.get(event.pointerId);
  if (!before) return void (isMap(event) && hover(pointAt(...now, Math.max(8, radius() + 3))));
  moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
  if (pointers.size === 2) {
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    const far = (place) => Math.max(20, Math.hypot(place[0] - other[0], place[1] - other[1]));
    zoom(far(now) / far(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
  } else if (moved > 3) {
    move(now[0] - before[0], now[1] - before[1]);
  }
  pointers.set(event.pointerId, now);
  redraw();
});
const release = (event) => {
  if (!pointers.delete(event.pointerId)) return;
  map.classList.remove("held");
  if (event.type !== "pointerup" || moved > 3) return;
  const point = pointAt(...here(event), Math.max(8, radius() + 3));
  choose(point);
  if (point >= 0) open(point);
};
map.addEventListener("pointerup", release);
map.addEventListener("pointercancel", release);
map.addEventListener("pointerleave", () => hover(-1));
map.addEventListener(
  "wheel",
  (event) => {
    if (!isMap(event)) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    zoom(Math.exp(-0.0016 * lines * event.deltaY), ...here(event));
    redraw();
  },
  { passive: false },
);

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    forget();
    map.focus();
    return;
  }
  if (event.target.closest("input, select, a, button, summary")) return;
  const arrow = arrows[event.key];
  if (arrow && event.shiftKey) {
    const from = state.chosen >= 0 ? state.chosen : pointAt(view.width / 2, view.height / 2, view.width);
    const next = state.chosen >= 0 ? pointTowards(from, ...arrow) : from;
    if (next >= 0) choose(next);
  } else if (arrow) move(-0.12 * view.width * arrow[0], -0.12 * view.height * arrow[1]);
  else if (event.key === "+" || event.key === "=") zoom(1.35);
  else if (event.key === "-" || event.key === "_") zoom(1 / 1.35);
  else if (event.key === "0" || event.key === "Home") seeAll();
  else if (event.key === "/") query.focus();
  else if (event.key === "s" && state.chosen >= 0) likeThis(state.chosen);
  else if (event.key === "Enter" && state.chosen >= 0) open(state.chosen);
  else return;
  event.preventDefault();
  redraw();
});

const resize = () => {
  const isFirst = view.width === 1;
  const share = view.scale / least();
  view.ratio = Math.min(devicePixelRatio || 1, 3);
  [view.width, view.height] = [Math.max(1, map.clientWidth), Math.max(1, map.clientHeight)];
  for (const one of [canvas, labels.canvas]) [one.width, one.height] = [view.width * view.ratio, view.height * view.ratio];
  if (isFirst) seeAll();
  else view.scale = share * least();
  redraw();
};
new ResizeObserver(resize).observe(map);
isDark.addEventListener("change", () => {
  recolour();
  makeList();
  redraw();
});

document.title = data.title + " · akin map";
document.querySelector("h1").textContent = data.title;
const many = (number, what) => number + " " + what + (number === 1 ? "" : "s");
map.setAttribute("aria-label", "Map of " + many(count, "text") + " in " + many(data.clusters.length, "group") + ". The list beside it has the same texts.");
element("how").textContent = data.served
  ? "A query is read by the model that made this map; colours and the order of what is found are by its meaning."
  : "This page is a file without a model: it finds words, and colours by what is like the passages that have them. akin map --serve asks the model.";
if (data.files.length === 0) for (const by of ["folder", "language", "age"]) element("colour").querySelector(`[value="${by}"]`).remove();
say(many(count, "text") + ", " + many(data.clusters.length, "group") + (data.pending > 0 ? "; " + data.pending + " without a vector are left out" : ""));
makeList();
recolour();
resize();
