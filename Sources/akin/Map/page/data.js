// What the program has put into the page.
const data = JSON.parse(document.getElementById("data").textContent);
const element = (id) => document.getElementById(id);

const bytes = (text) => {
  const raw = atob(text);
  const all = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) all[i] = raw.charCodeAt(i);
  return all.buffer;
};

const count = data.texts.length;
const none = 0xffff;
// Places in a square of side 1 around 0, two numbers a point.
const places = Float32Array.from(new Uint16Array(bytes(data.places)), (value) => value / 0xffff - 0.5);
const clusterOf = new Uint16Array(bytes(data.clusterOf));
const fileOf = new Uint32Array(bytes(data.fileOf));
const lineOf = new Uint32Array(bytes(data.lineOf));
// Pairs of points that say nearly the same.
const copies = new Uint32Array(bytes(data.copies));
// Reduced vectors: their products are near the cosines of the whole ones.
const dimensions = data.dimensions;
const codes = new Int8Array(bytes(data.codes));
const scales = new Float32Array(bytes(data.scales));

const pathOf = (point) => (data.files.length > 0 ? data.files[fileOf[point]].path : "");
const nameOf = (point) => {
  const path = pathOf(point);
  return path && lineOf[point] > 0 ? path + ":" + lineOf[point] : path || "line " + lineOf[point];
};

// The link that opens a point's place in the editor; null where there is none.
const linkOf = (point) => {
  if (!data.editor || !data.root || data.files.length === 0) return null;
  const encode = (path) => path.split("/").map(encodeURIComponent).join("/");
  const file = data.files[fileOf[point]];
  if (file.link === false) return null;
  const values = { path: encode(data.root + "/" + file.name), line: Math.max(1, lineOf[point]), column: 1 };
  return data.editor.replace(/\{(path|line|column)\}/g, (_, name) => values[name]);
};

// Products of one reduced vector with all others.
const products = (vector) => {
  const all = new Float32Array(count);
  for (let point = 0, at = 0; point < count; point++) {
    let sum = 0;
    for (let k = 0; k < dimensions; k++, at++) sum += vector[k] * codes[at];
    all[point] = sum * scales[point];
  }
  return all;
};

const vectorOf = (point) => {
  const vector = new Float32Array(dimensions);
  for (let k = 0; k < dimensions; k++) vector[k] = codes[point * dimensions + k] * scales[point];
  return vector;
};

const unit = (vector) => {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return squares > 0 ? vector.map((value) => value / Math.sqrt(squares)) : vector;
};
