// Written by scripts/map_page.py from Sources/akin/Map/page. Change the files there, then run the script.

/// The page of `akin map`, but for its data.
enum MapPageParts {
  /// Rules of its look.
  static let style = #"""

    :root {
      color-scheme: light dark;
      --back: #fbfbfa; --panel: #fff; --text: #1c1e21; --dim: #5d646e; --line: #d9dce1; --accent: #0a58ca; --shade: rgb(251 251 250 / 82%);
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --back: #131417; --panel: #1b1d21; --text: #e7e9ec; --dim: #9aa2ad; --line: #33373e; --accent: #7db1ff; --shade: rgb(19 20 23 / 82%);
      }
    }
    * { box-sizing: border-box; }
    html, body { height: 100%; margin: 0; }
    body { background: var(--back); color: var(--text); font: 14px/1.45 system-ui, sans-serif; display: flex; flex-direction: column; }
    [hidden] { display: none !important; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
    a { color: var(--accent); }
    .skip { position: absolute; left: -999em; }
    .skip:focus { position: static; padding: 4px 12px; }
    header { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; padding: 8px 12px; border-bottom: 1px solid var(--line); background: var(--panel); }
    h1 { font-size: 15px; margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 40ch; unicode-bidi: isolate; }
    h2 { font-size: 13px; margin: 12px 0 4px; color: var(--dim); }
    form { display: flex; gap: 6px; align-items: center; flex: 1 1 16em; }
    input[type="search"] { flex: 1; min-width: 8em; max-width: 36em; }
    input[type="search"], select { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: 5px; padding: 3px 8px; }
    .help { position: relative; }
    .help summary { cursor: pointer; list-style: none; border: 1px solid var(--line); border-radius: 50%; width: 1.9em; text-align: center; }
    .help[open] > :not(summary) { background: var(--panel); }
    .help dl, .help p { margin: 0; width: 24em; max-width: 90vw; padding: 8px 12px; }
    .help[open] { z-index: 4; }
    .help[open]::details-content { position: absolute; right: 0; top: 2.2em; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); }
    .help dt { font-weight: 600; }
    .help dd { margin: 0 0 4px; color: var(--dim); }
    main { flex: 1; display: flex; min-height: 0; }
    #map { flex: 1; position: relative; overflow: hidden; cursor: grab; touch-action: none; min-width: 0; }
    #map.held { cursor: grabbing; }
    #map.over { cursor: pointer; }
    #map:focus-visible { outline-offset: -2px; }
    canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
    #legend { position: absolute; left: 8px; bottom: 8px; max-width: 60%; padding: 4px 8px; border-radius: 6px; background: var(--shade); font-size: 12px; display: flex; flex-wrap: wrap; gap: 2px 12px; pointer-events: none; }
    #legend span { unicode-bidi: isolate; }
    #legend i { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 5px; }
    #legend i.scale { width: 90px; border-radius: 3px; margin: 0 5px; }
    #card { position: absolute; width: min(34em, 92%); max-height: 60%; overflow: hidden; padding: 8px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); box-shadow: 0 3px 14px rgb(0 0 0 / 22%); pointer-events: none; }
    #card.held { pointer-events: auto; overflow: auto; }
    #card a, #list a, #found a { overflow-wrap: anywhere; unicode-bidi: isolate; }
    #about { color: var(--dim); margin-left: 8px; unicode-bidi: isolate; }
    pre { margin: 4px 0 0; font: 12px/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
    #side { width: 21em; overflow: auto; padding: 4px 12px 12px; border-left: 1px solid var(--line); background: var(--panel); }
    #status { min-height: 1.45em; margin: 6px 0; color: var(--dim); }
    ol, ul { margin: 0; padding-left: 1.4em; }
    li { margin: 3px 0; }
    li small { display: block; color: var(--dim); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: plaintext; }
    summary { cursor: pointer; overflow-wrap: anywhere; unicode-bidi: plaintext; }
    summary i { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 6px; }
    summary b { font-weight: 400; color: var(--dim); margin-left: 2px; }
    button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 5px; padding: 1px 8px; cursor: pointer; }
    @media (max-width: 700px) {
      main { flex-direction: column; }
      #map { min-height: 45%; }
      #side { width: auto; height: 45%; border-left: 0; border-top: 1px solid var(--line); }
    }

    """#
  /// What is there before the script runs.
  static let body = #"""
    <a class="skip" href="#groups">To the list of groups</a>
    <header>
      <h1></h1>
      <form role="search">
        <label for="query">Find</label>
        <input id="query" type="search" autocomplete="off" spellcheck="false" placeholder="words, or / from anywhere" aria-describedby="how">
      </form>
      <label>Colour <select id="colour">
        <option value="cluster">group</option>
        <option value="folder">folder</option>
        <option value="language">language</option>
        <option value="age">age</option>
        <option value="similarity">similarity</option>
      </select></label>
      <label><input id="links" type="checkbox" checked> Copies linked</label>
      <details class="help"><summary aria-label="Keys">?</summary>
        <dl>
          <dt>arrows, + −, 0</dt><dd>move, zoom, see all</dd>
          <dt>Shift and arrows</dt><dd>to the next point in that direction</dd>
          <dt>Enter, click</dt><dd>open the place in the editor</dd>
          <dt>s</dt><dd>colour by what is like the chosen point</dd>
          <dt>/</dt><dd>find; Enter steps through what is found</dd>
          <dt>Esc</dt><dd>forget what was found or chosen</dd>
        </dl>
        <p id="how"></p>
      </details>
    </header>
    <main>
      <div id="map" tabindex="0" role="application" aria-roledescription="map" aria-describedby="status">
        <canvas id="points" aria-hidden="true"></canvas>
        <canvas id="labels" aria-hidden="true"></canvas>
        <div id="legend"></div>
        <aside id="card" hidden aria-label="The chosen text">
          <a id="place"></a><span id="about"></span>
          <pre id="text" dir="auto"></pre>
        </aside>
      </div>
      <section id="side" aria-label="List">
        <p id="status" role="status"></p>
        <section id="found" hidden><h2>Found</h2><ol></ol></section>
        <h2 id="groups" tabindex="-1">Groups</h2>
        <div id="list"></div>
      </section>
    </main>

    """#
  /// What it does.
  static let script = #"""

    (() => {
    "use strict";
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

    // Colours in OKLCH, which are equally bright for the eye, as sRGB bytes (Ottosson 2020).
    const isDark = matchMedia("(prefers-color-scheme: dark)");

    const rgb = (lightness, chroma, hue) => {
      const a = chroma * Math.cos(hue), b = chroma * Math.sin(hue);
      const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
      const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
      const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
      return [
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
      ].map((value) => {
        const gamma = value <= 0.0031308 ? 12.92 * value : 1.055 * Math.max(0, value) ** (1 / 2.4) - 0.055;
        return Math.round(255 * Math.min(1, Math.max(0, gamma)));
      });
    };

    const grey = () => (isDark.matches ? [112, 118, 126] : [164, 168, 174]);

    // The golden angle keeps neighbours in a list apart, and lightness tells apart those whose hues come near.
    const kindColour = (number) => {
      const base = isDark.matches ? 0.74 : 0.6;
      return rgb(base + 0.07 * ((number % 3) - 1), 0.13, number * 2.399963 + 0.6);
    };

    // Dark to bright on dark, bright to dark on light: what is much stands out.
    const scaleColour = (share) => {
      const from = isDark.matches ? 0.36 : 0.86, to = isDark.matches ? 0.9 : 0.42;
      return rgb(from + (to - from) * share, 0.04 + 0.12 * share, 4.6 - 3.6 * share);
    };

    const css = (colour) => "rgb(" + colour.join(" ") + ")";

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
    })();

    """#
}
