#!/usr/bin/env python3
"""Frame times of the page of `akin map` while it is panned and zoomed, in a headless Chromium without a graphics card.

    akin map - -o map.html < 50000-lines.txt; Benchmarks/map_frames.py --page map.html
    Benchmarks/map_frames.py --akin .build/release/akin --count 50000

Without a page it is that of two lines, with made-up points in place of theirs, so that no texts need be embedded. `canvas` is what the page does
by itself where there is no graphics card; `webgl` is forced, and drawn by the processor too.
"""

import argparse
import array
import base64
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests/Clients/map"))

from browser import Page  # noqa: E402

#: Times between frames, and how long the page's own drawing takes of each, from the first script on.
CLOCK = """
window.frames_ = []; window.costs_ = []; window.isTimed_ = false;
const next = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (body) => next((now) => {
  const start = performance.now();
  body(now);
  if (window.isTimed_) window.costs_.push(performance.now() - start);
});
let last = 0;
const tick = (now) => { if (window.isTimed_) window.frames_.push(now - last); last = now; next(tick); };
next(tick);
"""


def pan_and_zoom(screen: Page, turns: int) -> None:
    """A person at the mouse: zooms in, drags the map to and fro, zooms out again."""
    x, y = 400, 420
    screen.mouse("mouseMoved", x, y)
    for _ in range(turns):
        for delta in [-60] * 12:
            screen.call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=delta)
        screen.mouse("mousePressed", x, y)
        for step in [*range(0, 260, 10), *range(260, -1, -10)]:
            screen.mouse("mouseMoved", x + step, y + step / 3, buttons=1, button="left")
        screen.mouse("mouseReleased", x, y)
        for delta in [60] * 12:
            screen.call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=delta)


def numbers(kind: str, values) -> str:
    return base64.b64encode(array.array(kind, values).tobytes()).decode()


def points(count: int, groups: int = 30) -> dict:
    """Members of the page's data for that many points."""
    random.seed(1)
    middles = [(random.uniform(-0.4, 0.4), random.uniform(-0.4, 0.4)) for _ in range(groups)]
    of = [random.randrange(groups) for _ in range(count)]
    places = [max(-0.5, min(0.5, random.gauss(middles[g][axis], 0.04))) for g in of for axis in (0, 1)]
    return {
        "texts": [f"text {n} of the group {g}" for n, g in enumerate(of)], "names": [None] * count,
        "places": numbers("H", (round((value + 0.5) * 65535) for value in places)), "clusterOf": numbers("H", of),
        "fileOf": numbers("I", [0] * count), "lineOf": numbers("I", range(1, count + 1)),
        "copies": numbers("I", [random.randrange(count) for _ in range(400)]), "dimensions": 2,
        "codes": numbers("b", [random.randrange(-99, 100) for _ in range(2 * count)]),
        "scales": numbers("f", [0.01] * count), "files": [], "folders": [], "languages": [], "order": list(range(count)),
        "clusters": [{"words": [f"word{g}", "other"], "size": of.count(g)} for g in range(groups)],
    }


def made_up(akin: str, count: int) -> str:
    """The page of two lines with other points in it."""
    page = subprocess.run(
        [akin, "map", "-", "-o", "-"], input="one line\nanother\n", capture_output=True, check=True, text=True).stdout
    found = re.search(r'(id="data">)(.*?)(</script>)', page, re.S)
    return page[: found.start(2)] + json.dumps({**json.loads(found[2]), **points(count)}) + page[found.end(2) :]


def middle_and_more(values: list[float]) -> str:
    values = sorted(values)
    return f"{values[len(values) // 2]:.1f} ms (median), {values[int(0.95 * len(values))]:.1f} ms (p95)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--akin", default=".build/release/akin")
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--page", type=pathlib.Path, help="a page that akin map has written")
    parser.add_argument("--turns", type=int, default=6)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.page and options.page.resolve()
        if not path:
            path = pathlib.Path(folder, "map.html")
            path.write_text(made_up(options.akin, options.count), encoding="utf-8")
        for mode in ["canvas", "webgl"]:
            with Page() as screen:
                screen.call("Page.addScriptToEvaluateOnNewDocument", source=CLOCK)
                start = time.monotonic()
                screen.open(f"file://{path}#{mode}")
                screen.until("document.getElementById('status').textContent !== ''")
                opened = time.monotonic() - start
                screen.run("window.isTimed_ = true")
                pan_and_zoom(screen, options.turns)
                screen.run("window.isTimed_ = false")
                frames, costs = screen.run("[window.frames_.slice(1), window.costs_]")
                share = sum(frame < 17.5 for frame in frames) / len(frames)
                print(f"{mode}: {screen.run('document.getElementById(`status`).textContent')}, opened in {opened:.1f} s; "
                      f"{len(frames)} frames of {middle_and_more(frames)}, {100 * share:.0f} % at 60 a second; "
                      f"drawing {middle_and_more(costs)}")
                assert not screen.problems, screen.problems


if __name__ == "__main__":
    main()
