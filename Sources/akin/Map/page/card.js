// The text under the pointer, or the chosen one.
const card = element("card");

const isSafe = (link) => link !== null && !/^\s*(javascript|data|vbscript|blob|about):/i.test(link);

const anchor = (point, text) => {
  const link = linkOf(point);
  const made = document.createElement("a");
  made.textContent = text;
  if (isSafe(link)) made.href = link;
  return made;
};

const open = (point) => {
  const made = anchor(point, "");
  if (made.href) made.click();
};

const firstLine = (text) => (text.split("\n").find((line) => /[\p{L}\p{N}]/u.test(line)) || text).trim().slice(0, 200);

const aboutOf = (point) => {
  const parts = [data.names[point]];
  if (clusterOf[point] !== none) parts.push("group: " + data.clusters[clusterOf[point]].words.slice(0, 3).join(", "));
  if (state.similarity) parts.push(state.similarity.scores[point].toFixed(2));
  return parts.filter(Boolean).join(" · ");
};

const fillCard = () => {
  const point = state.over >= 0 ? state.over : state.chosen;
  card.hidden = point < 0;
  if (point < 0) return;
  const link = linkOf(point);
  element("place").textContent = nameOf(point);
  if (isSafe(link)) element("place").href = link;
  else element("place").removeAttribute("href");
  element("about").textContent = aboutOf(point);
  element("text").textContent = data.texts[point];
  card.classList.toggle("held", point === state.chosen);
};

const placeCard = () => {
  const point = state.over >= 0 ? state.over : state.chosen;
  if (point < 0) return;
  const [x, y] = toScreen(point);
  const { offsetWidth: width, offsetHeight: height } = card;
  const left = x + 16 + width < view.width ? x + 16 : x - 16 - width;
  card.style.left = Math.max(4, Math.min(left, view.width - width - 4)) + "px";
  card.style.top = Math.max(4, Math.min(y + 12, view.height - height - 4)) + "px";
};

const say = (text) => (element("status").textContent = text);

const hover = (point) => {
  if (point === state.over) return;
  state.over = point;
  map.classList.toggle("over", point >= 0);
  fillCard();
  redraw();
};

const choose = (point, isSaid = true) => {
  state.chosen = point;
  state.over = -1;
  fillCard();
  redraw();
  if (point < 0 || !isSaid) return;
  bring(point);
  say(nameOf(point) + ". " + firstLine(data.texts[point]));
};
