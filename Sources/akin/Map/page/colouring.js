// What is looked at now.
const state = { by: "cluster", found: [], over: -1, chosen: -1, only: -1, similarity: null };

// Of what a colouring by kind tells apart, the most frequent; the rest is one.
const mostKinds = 12;
const kindsOf = (names, of) => {
  const sizes = new Float64Array(names.length);
  for (let point = 0; point < count; point++) sizes[of(point)]++;
  const order = [...names.keys()].sort((a, b) => sizes[b] - sizes[a] || a - b);
  const rank = new Int32Array(names.length).fill(-1);
  order.slice(0, mostKinds).forEach((kind, place) => (rank[kind] = place));
  return { rank, shown: order.slice(0, mostKinds).filter((kind) => sizes[kind] > 0).map((kind) => names[kind] || "none"), more: order.length > mostKinds };
};

const kinds = {};
const kind = (name) =>
  (kinds[name] ??= kindsOf(data[name === "folder" ? "folders" : "languages"], (point) => data.files[fileOf[point]][name]));

const ages = () => {
  const times = data.files.map((file) => file.time);
  const known = times.filter((time) => time > 0).sort((a, b) => a - b);
  if (known.length === 0) return null;
  // By rank: a checkout has most of its files of one minute.
  const rank = new Map();
  known.forEach((time, place) => rank.set(time, place / Math.max(1, known.length - 1)));
  return { share: (point) => rank.get(times[fileOf[point]]) ?? -1, first: known[0], last: known[known.length - 1] };
};

const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);

const legend = element("legend");
const entry = (colour, text) => {
  const part = document.createElement("span");
  const mark = document.createElement("i");
  mark.style.background = css(colour);
  part.append(mark, text);
  return part;
};
const scale = (from, to) => {
  const part = document.createElement("span");
  const mark = document.createElement("i");
  mark.className = "scale";
  mark.style.background = "linear-gradient(90deg," + [0, 0.25, 0.5, 0.75, 1].map((share) => css(scaleColour(share))).join() + ")";
  part.append(from, mark, to);
  return part;
};

const colourOf = () => {
  legend.replaceChildren();
  switch (state.by) {
    case "folder":
    case "language": {
      const { rank, shown, more } = kind(state.by);
      legend.append(...shown.map((name, place) => entry(kindColour(place), name)));
      if (more) legend.append(entry(grey(), "others"));
      return (point) => {
        const place = rank[data.files[fileOf[point]][state.by]];
        return place < 0 ? grey() : kindColour(place);
      };
    }
    case "age": {
      const age = ages();
      if (!age) return grey;
      legend.append(scale(day(age.first), day(age.last)));
      return (point) => (age.share(point) < 0 ? grey() : scaleColour(age.share(point)));
    }
    case "similarity": {
      if (!state.similarity) {
        legend.append("Find something, or choose a point and press s");
        return grey;
      }
      const { scores, about } = state.similarity;
      const order = Float32Array.from(scores).sort();
      const low = order[Math.floor(0.5 * (count - 1))], high = order[count - 1];
      legend.append(about, scale(low.toFixed(2), high.toFixed(2)));
      return (point) => scaleColour(Math.min(1, Math.max(0, (scores[point] - low) / (high - low || 1))));
    }
    default:
      return (point) => (clusterOf[point] === none ? grey() : kindColour(clusterOf[point]));
  }
};

const recolour = () => {
  const of = colourOf();
  const known = new Map();
  for (let point = 0; point < count; point++) {
    let colour = of(point);
    const isAside = state.only >= 0 && clusterOf[point] !== state.only;
    // Colours of equal numbers are made once.
    const key = colour.join();
    if (known.has(key)) colour = known.get(key);
    else known.set(key, colour);
    colours.set(colour, 4 * point);
    colours[4 * point + 3] = isAside ? 22 : count > 20000 ? 190 : 225;
  }
  paint.coloured();
};

const frames = [];
let isDue = false;
const redraw = () => {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame((now) => {
    isDue = false;
    frames.push(now);
    if (frames.length > 600) frames.splice(0, 300);
    paint(element("links").checked);
    paintLabels(state);
    placeCard();
  });
};
