// Words, as keyword search has them but for its stemmer: folded, and identifiers by their parts.
const words = (text) =>
  (text.normalize("NFKD").replace(/\p{M}+/gu, "").match(/[\p{L}\p{N}]+/gu) || []).flatMap((word) =>
    (word.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[^\p{Lu}]+/gu) || [word]).map((part) => part.toLowerCase()),
  );

// Made when it is first asked for: of each word the points that have it.
let index = null;
const makeIndex = () => {
  index = { points: new Map(), lengths: new Float32Array(count), mean: 0 };
  for (let point = 0; point < count; point++) {
    const own = words(pathOf(point) + " " + (data.names[point] || "") + " " + data.texts[point]);
    index.lengths[point] = own.length;
    index.mean += own.length / Math.max(1, count);
    for (const word of own) {
      const list = index.points.get(word);
      if (!list) index.points.set(word, [point, 1]);
      else if (list[list.length - 2] === point) list[list.length - 1]++;
      else list.push(point, 1);
    }
  }
};

// BM25 over the texts that are in the page; the last word may be unfinished.
const byWords = (query) => {
  if (!index) makeIndex();
  const scores = new Float32Array(count);
  const asked = [...new Set(words(query))];
  for (const word of asked) {
    let lists = [index.points.get(word)];
    if (!lists[0] && word.length > 2) lists = [...index.points].filter(([known]) => known.startsWith(word)).map(([, list]) => list);
    for (const list of lists) {
      if (!list) continue;
      const own = list.length / 2;
      const weight = Math.log(1 + (count - own + 0.5) / (own + 0.5));
      for (let i = 0; i < list.length; i += 2) {
        const [point, times] = [list[i], list[i + 1]];
        const norm = 1.2 * (0.25 + (0.75 * index.lengths[point]) / Math.max(1, index.mean));
        scores[point] += (weight * times * 2.2) / (times + norm);
      }
    }
  }
  return scores;
};

const best = (scores, most, least = 0) => {
  const points = [];
  for (let point = 0; point < count; point++) if (scores[point] > least) points.push(point);
  return points.sort((a, b) => scores[b] - scores[a] || a - b).slice(0, most);
};

// The vector of a query by the model, where the page is served by one; else null.
const askModel = async (query) => {
  const params = { input: query };
  if (data.served.promptName) params.promptName = data.served.promptName;
  const answer = await fetch("/", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: "Bearer " + data.served.token },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "embed", params }),
  });
  const { result, error } = await answer.json();
  if (error) throw new Error(error.message);
  const basis = new Float32Array(bytes(data.served.basis));
  const whole = unit(Float32Array.from(result.embeddings[0]));
  const vector = new Float32Array(dimensions);
  for (let k = 0, at = 0; k < dimensions; k++) for (let i = 0; i < whole.length; i++, at++) vector[k] += basis[at] * whole[i];
  return vector;
};
