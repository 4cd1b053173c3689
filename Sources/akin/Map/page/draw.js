// Points by WebGL where a graphics card does it, else pixel by pixel, which is faster than WebGL on the processor.
const canvas = element("points");
const colours = new Uint8Array(4 * count);
const wanted = location.hash.slice(1);
const gl =
  wanted === "canvas"
    ? null
    : canvas.getContext("webgl2", { antialias: false, failIfMajorPerformanceCaveat: wanted !== "webgl" });
const plain = gl ? null : canvas.getContext("2d");

const shader = (kind, source) => {
  const made = gl.createShader(kind);
  gl.shaderSource(made, source);
  gl.compileShader(made);
  return made;
};

const program = (vertex, fragment) => {
  const made = gl.createProgram();
  gl.attachShader(made, shader(gl.VERTEX_SHADER, "#version 300 es\n" + vertex));
  gl.attachShader(made, shader(gl.FRAGMENT_SHADER, "#version 300 es\nprecision mediump float;\n" + fragment));
  gl.linkProgram(made);
  return made;
};

const where = "in vec2 place; uniform vec2 middle, zoom; vec4 at() { return vec4((place - middle) * zoom, 0, 1); }\n";
let paint = null;

const prepare = () => {
  const dots = program(
    where + "in vec4 colour; uniform float size; out vec4 tint;\nvoid main() { gl_Position = at(); gl_PointSize = size; tint = colour; }",
    "in vec4 tint; out vec4 pixel;\nvoid main() { float d = length(gl_PointCoord - 0.5); float a = tint.a * smoothstep(0.5, 0.38, d); if (a <= 0.0) discard; pixel = vec4(tint.rgb * a, a); }",
  );
  const lines = program(
    where + "void main() { gl_Position = at(); }",
    "uniform vec4 tint; out vec4 pixel;\nvoid main() { pixel = vec4(tint.rgb * tint.a, tint.a); }",
  );
  const buffer = (values, kind, usage) => {
    const made = gl.createBuffer();
    gl.bindBuffer(kind, made);
    gl.bufferData(kind, values, usage);
    return made;
  };
  const array = (made, inputs) => {
    const state = gl.createVertexArray();
    gl.bindVertexArray(state);
    for (const [name, source, size, type, fixed] of inputs) {
      gl.bindBuffer(gl.ARRAY_BUFFER, source);
      const location = gl.getAttribLocation(made, name);
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, type, fixed, 0, 0);
    }
    return state;
  };
  const placeBuffer = buffer(places, gl.ARRAY_BUFFER, gl.STATIC_DRAW);
  const colourBuffer = buffer(colours, gl.ARRAY_BUFFER, gl.DYNAMIC_DRAW);
  const dotState = array(dots, [["place", placeBuffer, 2, gl.FLOAT, false], ["colour", colourBuffer, 4, gl.UNSIGNED_BYTE, true]]);
  const lineState = array(lines, [["place", placeBuffer, 2, gl.FLOAT, false]]);
  const pairs = buffer(copies, gl.ELEMENT_ARRAY_BUFFER, gl.STATIC_DRAW);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const use = (made, state) => {
    gl.useProgram(made);
    gl.bindVertexArray(state);
    gl.uniform2f(gl.getUniformLocation(made, "middle"), view.x, view.y);
    gl.uniform2f(gl.getUniformLocation(made, "zoom"), (2 * view.scale) / view.width, (-2 * view.scale) / view.height);
  };
  paint = (linked) => {
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (linked && copies.length > 0) {
      use(lines, lineState);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, pairs);
      const [red, green, blue] = grey();
      gl.uniform4f(gl.getUniformLocation(lines, "tint"), red / 255, green / 255, blue / 255, 0.5);
      gl.drawElements(gl.LINES, copies.length, gl.UNSIGNED_INT, 0);
    }
    use(dots, dotState);
    gl.uniform1f(gl.getUniformLocation(dots, "size"), Math.max(2, 2.4 * radius() * view.ratio));
    gl.drawArrays(gl.POINTS, 0, count);
  };
  paint.coloured = () => {
    gl.bindBuffer(gl.ARRAY_BUFFER, colourBuffer);
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, colours);
  };
};

if (gl) {
  prepare();
  canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
  canvas.addEventListener("webglcontextrestored", () => {
    prepare();
    redraw();
  });
} else {
  const packed = new Uint32Array(colours.buffer);
  let image = null, pixels = null;
  // The pixels of a disc, as steps from its middle.
  let disc = [], discSize = -1;
  paint = (linked) => {
    const { width, height } = canvas;
    if (!image || image.width !== width || image.height !== height) {
      image = plain.createImageData(width, height);
      pixels = new Uint32Array(image.data.buffer);
    }
    const size = radius() * view.ratio;
    if (size !== discSize) {
      [disc, discSize] = [[], size];
      const whole = Math.ceil(size);
      for (let y = -whole; y <= whole; y++) for (let x = -whole; x <= whole; x++) if (x * x + y * y <= size * size) disc.push([x, y]);
    }
    const steps = Int32Array.from(disc, ([x, y]) => y * width + x);
    const margin = Math.ceil(size) + 1, scaled = view.scale * view.ratio;
    pixels.fill(0);
    // Those aside lie below the others.
    for (const isFull of state.only >= 0 ? [false, true] : [true]) {
      for (let point = 0; point < count; point++) {
        if (state.only >= 0 && colours[4 * point + 3] > 99 !== isFull) continue;
        const x = Math.round((places[2 * point] - view.x) * scaled + width / 2), y = Math.round((places[2 * point + 1] - view.y) * scaled + height / 2);
        if (x < margin || y < margin || x >= width - margin || y >= height - margin) continue;
        const middle = y * width + x, colour = packed[point];
        for (let i = 0; i < steps.length; i++) pixels[middle + steps[i]] = colour;
      }
    }
    plain.putImageData(image, 0, 0);
    if (!linked || copies.length === 0) return;
    plain.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
    plain.strokeStyle = css(grey());
    plain.globalAlpha = 0.5;
    plain.beginPath();
    for (let i = 0; i < copies.length; i += 2) {
      plain.moveTo(...toScreen(copies[i]));
      plain.lineTo(...toScreen(copies[i + 1]));
    }
    plain.stroke();
  };
  paint.coloured = () => {};
}

// Labels, and rings around what is looked at.
const labels = element("labels").getContext("2d");
const membersOfAll = data.clusters.map(() => []);
for (let point = 0; point < count; point++) membersOfAll[clusterOf[point]]?.push(point);
// The member nearest to the medians: a few members far away move them little, and the middle of a bow lies outside of it.
const middles = membersOfAll.map((members) => {
  const [x, y] = [0, 1].map((axis) => Float32Array.from(members, (point) => places[2 * point + axis]).sort()[members.length >> 1]);
  let [nearest, found] = [Infinity, -1];
  for (const point of members) {
    const far = (places[2 * point] - x) ** 2 + (places[2 * point + 1] - y) ** 2;
    if (far < nearest) [nearest, found] = [far, point];
  }
  return found;
});

const ring = (point, size, colour, width) => {
  const [x, y] = toScreen(point);
  labels.beginPath();
  labels.arc(x, y, size, 0, 7);
  labels.lineWidth = width;
  labels.strokeStyle = colour;
  labels.stroke();
};

const paintLabels = (state) => {
  const style = getComputedStyle(document.body);
  const [text, back, accent] = ["--text", "--shade", "--accent"].map((name) => style.getPropertyValue(name));
  labels.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  labels.clearRect(0, 0, view.width, view.height);
  for (const point of state.found.slice(0, 30)) ring(point, radius() + 3, text, 1.5);
  if (state.over >= 0) ring(state.over, radius() + 4, accent, 2);
  if (state.chosen >= 0) ring(state.chosen, radius() + 5, accent, 3);
  labels.font = "600 12px system-ui, sans-serif";
  labels.textAlign = "center";
  labels.textBaseline = "middle";
  const taken = [];
  const most = Math.min(data.clusters.length, Math.round(8 + 12 * Math.log2(1 + view.scale / least())));
  for (let cluster = 0; cluster < most; cluster++) {
    const { words, size } = data.clusters[cluster];
    if (middles[cluster] < 0) continue;
    const [x, at] = toScreen(middles[cluster]);
    const label = words.slice(0, 3).join(", ") || size + " texts";
    const half = labels.measureText(label).width / 2 + 5;
    const isFree = (y) => !taken.some(([l, t, r, b]) => x - half < r && x + half > l && y - 10 < b && y + 10 > t);
    // Above the middle, or below it where another one is.
    const y = [at - radius() - 14, at + radius() + 14].find(isFree);
    if (y === undefined || x < 0 || y < 0 || x > view.width || y > view.height) continue;
    taken.push([x - half, y - 10, x + half, y + 10]);
    labels.fillStyle = back;
    labels.beginPath();
    labels.roundRect(x - half, y - 10, 2 * half, 20, 5);
    labels.fill();
    labels.fillStyle = text;
    labels.fillText(label, x, y);
  }
};
