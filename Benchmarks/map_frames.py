#!/usr/bin/env python3
"""Frame times of the page of `akin map` while it is panned and zoomed, in a headless Chromium without a graphics card.

    Benchmarks/map_frames.py --akin .build/release/akin --count 50000

The page is that of two lines, with made-up points in place of theirs, so that no texts need be embedded. `canvas` is what the page does
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

PAN_AND_ZOOM = """new Promise((done) => {
  const map = document.getElementById('map');
  const frames = [];
  let last = performance.now();
  const step = (now) => {
    frames.push(now - last);
    last = now;
    const turn = frames.length;
    const wheel = {deltaY: turn % 80 < 40 ? -40 : 40, clientX: 300 + turn, clientY: 400, bubbles: true, cancelable: true};
    map.dispatchEvent(new WheelEvent('wheel', wheel));
    if (frames.length < FRAMES) requestAnimationFrame(step);
    else done(frames.slice(5));
  };
  requestAnimationFrame(step);
})"""


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--akin", default=".build/release/akin")
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--frames", type=int, default=240)
    options = parser.parse_args()
    page = subprocess.run(
        [options.akin, "map", "-", "-o", "-"], input="one line\nanother\n", capture_output=True, check=True, text=True).stdout
    found = re.search(r'(id="data">)(.*?)(</script>)', page, re.S)
    data = json.dumps({**json.loads(found[2]), **points(options.count)})
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "map.html")
        path.write_text(page[: found.start(2)] + data + page[found.end(2) :], encoding="utf-8")
        for mode in ["canvas", "webgl"]:
            with Page() as screen:
                start = time.monotonic()
                screen.open(f"file://{path}#{mode}")
                screen.until("document.getElementById('status').textContent !== ''")
                opened = time.monotonic() - start
                frames = sorted(screen.run(PAN_AND_ZOOM.replace("FRAMES", str(options.frames))))
                share = sum(frame < 17.5 for frame in frames) / len(frames)
                print(f"{mode}: {options.count} points, opened in {opened:.1f} s; frames of {frames[len(frames) // 2]:.1f} ms "
                      f"(median), {frames[int(0.95 * len(frames))]:.1f} ms (p95); {100 * share:.0f} % at 60 a second")
                assert not screen.problems, screen.problems


if __name__ == "__main__":
    main()
