// Everything once more as lists, for those who read rather than look.
const atOnce = 50;

const item = (point) => {
  const made = document.createElement("li");
  const link = anchor(point, nameOf(point));
  if (!link.href) {
    link.href = "#map";
    link.addEventListener("click", (event) => event.preventDefault());
  }
  link.addEventListener("focus", () => choose(point, false));
  link.addEventListener("mouseenter", () => hover(point));
  link.addEventListener("mouseleave", () => hover(-1));
  const line = document.createElement("small");
  line.textContent = firstLine(data.texts[point]);
  made.append(link, line);
  return made;
};

const fill = (list, points, from = 0) => {
  list.append(...points.slice(from, from + atOnce).map(item));
  if (points.length <= from + atOnce) return;
  const more = document.createElement("button");
  more.textContent = points.length - from - atOnce + " more";
  more.addEventListener("click", () => {
    const next = list.children.length;
    more.remove();
    fill(list, points, from + atOnce);
    list.children[next]?.querySelector("a").focus();
  });
  list.after(more);
};

const membersOf = (cluster) => {
  const points = [];
  for (const point of data.order) if (clusterOf[point] === cluster) points.push(point);
  return points;
};

const heading = (cluster) => {
  const { words, size } = data.clusters[cluster];
  const made = document.createElement("summary");
  const mark = document.createElement("i");
  mark.style.background = css(kindColour(cluster));
  const number = document.createElement("b");
  number.textContent = size;
  made.append(mark, (words.join(", ") || "without words") + " ", number);
  return made;
};

const makeList = () => {
  const groups = data.clusters.map((_, cluster) => cluster);
  const rest = clusterOf.includes(none) ? [none] : [];
  element("list").replaceChildren(
    ...[...groups, ...rest].map((cluster) => {
      const made = document.createElement("details");
      let head;
      if (cluster === none) {
        head = document.createElement("summary");
        head.textContent = "near no other text";
      } else head = heading(cluster);
      const list = document.createElement("ul");
      made.append(head, list);
      made.addEventListener("toggle", () => {
        if (made.open && list.children.length === 0) fill(list, membersOf(cluster));
        state.only = made.open && cluster !== none ? cluster : -1;
        recolour();
        redraw();
      });
      return made;
    }),
  );
};
