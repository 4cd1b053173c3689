"""Drives the pages of `akin map`; see ../map.sh."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

from browser import Page

AKIN = sys.argv.pop(1)
PICTURES = os.environ.get("PICTURES")

CATS = ["The cat sleeps on the sofa.", "A kitten sleeps on the cushion.", "Our cat and her kitten sleep all day.",
        "Cats and kittens sleep a lot.", "The cat is asleep on the sofa again."]
TRAINS = ["Trains to Berlin run late today.", "The train to Hamburg is late.", "The late train to Munich was cancelled.",
          "No train leaves from platform nine.", "Passengers wait for the delayed train."]
HOSTILE = [
    "</script><script>document.title = 'owned'</script> the cat",
    "<!--<script> <img src=x onerror=\"document.title='owned'\"> the train",
    "line\u2028separator \u202eoverride\u2066 & \"quotes\" \\u003c the kitten",
    "cat " + "x" * 200_000,
]
NAMES = ["<img src=x onerror=document.title='owned'>.txt", "a'b\"&c.txt", "\u202egnp.txt", "javascript:document.title='owned'.txt"]
SECRET = "correct horse battery staple 8471"


def folder():
    root = pathlib.Path(tempfile.mkdtemp(prefix="akin-map-"))
    for number, text in enumerate(CATS + TRAINS):
        (root / f"{'cats' if text in CATS else 'trains'}-{number}.md").write_text(text + "\n", encoding="utf-8")
    (root / "copy.md").write_text(CATS[0] + "\n", encoding="utf-8")
    (root / "deep" / "er").mkdir(parents=True)
    for name, text in zip(NAMES, HOSTILE):
        (root / "deep" / "er" / name).write_text(text + "\n", encoding="utf-8")
    # What the index leaves out.
    (root / ".env").write_text(f"PASSWORD={SECRET}\n")
    (root / "id_rsa").write_text(f"-----BEGIN OPENSSH PRIVATE KEY-----\n{SECRET}\n-----END OPENSSH PRIVATE KEY-----\n")
    (root / ".gitignore").write_text("ignored.txt\n")
    (root / "ignored.txt").write_text(SECRET + "\n")
    return root


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = folder()
        cls.data = tempfile.mkdtemp(prefix="akin-map-data-")
        cls.environment = {**os.environ, "AKIN_DATA": cls.data}

    def picture(self, page, name):
        if PICTURES:
            page.picture(str(pathlib.Path(PICTURES, name + ".png")))

    def status(self, page):
        return page.run("document.getElementById('status').textContent")

    def check(self, page):
        self.assertEqual(page.problems, [])
        self.assertNotEqual(page.run("document.title"), "owned")
        self.assertEqual(page.run("document.images.length + document.querySelectorAll('iframe, object, embed').length"), 0)
        self.assertEqual(page.run("document.scripts.length"), 2)


class FileTests(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.root.parent / (cls.root.name + ".html")
        cls.run_map("-o", str(cls.path))
        cls.page_text = cls.path.read_text(encoding="utf-8")

    @classmethod
    def run_map(cls, *arguments):
        return subprocess.run(
            [AKIN, "map", str(cls.root), *arguments], env=cls.environment, check=True, capture_output=True, text=True)

    def open(self, **more):
        page = Page(**more)
        self.addCleanup(page.close)
        page.open("file://" + str(self.path))
        page.until("document.getElementById('status').textContent !== ''")
        # No link leaves the browser while a test runs: what would be opened is noted.
        page.run("window.opened = []; HTMLAnchorElement.prototype.click = function () { window.opened.push(this.href); }")
        return page

    def test_the_page_is_one_file_without_secrets(self):
        self.assertNotIn(SECRET, self.page_text)
        self.assertNotIn("ignored.txt", self.page_text)
        self.assertEqual(len(re.findall(r"<script", self.page_text)), 2)
        self.assertEqual(len(re.findall(r"</script", self.page_text)), 2)
        self.assertNotRegex(self.page_text, r"https?://(?!www\.w3\.org)")
        self.assertNotIn("\0", self.page_text)
        self.assertNotRegex(self.page_text, "[\u202a-\u202e\u2066-\u2069]")
        before = self.path.read_bytes()
        self.run_map("-o", str(self.path))
        self.assertEqual(self.path.read_bytes(), before, "the same texts have the same map")

    def test_what_it_shows(self):
        page = self.open()
        self.assertRegex(self.status(page), r"^\d\d texts, \d groups$")
        # A browser lets no page ask for more than itself.
        self.assertEqual([r for r in page.requests if not r.startswith("file://")], [])
        self.picture(page, "file")
        self.check(page)

    def test_a_search_finds_words_and_colours(self):
        page = self.open()
        before = page.call("Page.captureScreenshot")["data"]
        page.run("document.getElementById('map').focus()")
        page.key("/")
        page.type("kittens")
        page.until("!document.getElementById('found').hidden")
        self.assertRegex(self.status(page), "with these words")
        self.assertEqual(page.run("document.getElementById('colour').value"), "similarity")
        first = page.run("document.querySelector('#found li').textContent")
        self.assertIn("kitten", first.lower())
        self.assertNotEqual(page.call("Page.captureScreenshot")["data"], before)
        page.key("Enter")
        page.until("!document.getElementById('card').hidden")
        self.assertIn("itten", page.run("document.getElementById('text').textContent"))
        self.picture(page, "search")
        page.key("Escape")
        page.until("document.getElementById('found').hidden && document.getElementById('card').hidden")
        self.assertEqual(page.run("document.getElementById('query').value"), "")
        page.key("/")
        page.type("zeppelins")
        page.until("document.getElementById('status').textContent === 'nothing has these words'")
        self.check(page)

    def test_the_keyboard_moves_chooses_and_opens(self):
        page = self.open()
        page.run("document.getElementById('map').focus()")
        seen = [page.call("Page.captureScreenshot")["data"]]
        for key in ["+", "+", "ArrowRight", "-", "ArrowUp"]:
            page.key(key)
            page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            seen.append(page.call("Page.captureScreenshot")["data"])
        self.assertEqual(len(set(seen)), len(seen), "every key has moved the map")
        page.key("0")
        page.key("ArrowRight", shift=True)
        page.until("!document.getElementById('card').hidden")
        chosen = [page.run("document.getElementById('place').textContent")]
        for key in ["ArrowLeft", "ArrowUp", "ArrowDown", "ArrowRight"]:
            page.key(key, shift=True)
            chosen.append(page.run("document.getElementById('place').textContent"))
        self.assertGreater(len(set(chosen)), 1)
        self.assertIn(chosen[-1], self.status(page))
        page.key("Enter")
        link = page.run("window.opened")[-1]
        self.assertTrue(link.startswith("vscode://file/") and link.endswith(":1:1"), link)
        page.key("s")
        page.until("document.getElementById('colour').value === 'similarity'")
        self.assertIn("nearest", self.status(page))
        self.check(page)

    def test_hostile_names_and_texts_are_text(self):
        page = self.open()
        for name in NAMES:
            shown = name.replace("\u202e", r"\342\200\256")
            self.assertTrue(page.run(
                f"JSON.parse(document.getElementById('data').textContent).files.some((f) => f.path.includes({json.dumps(shown)}))"), name)
        page.run("for (const group of document.querySelectorAll('#list details')) group.open = true")
        page.until("document.querySelectorAll('#list li').length >= 14")
        links = page.run("[...document.querySelectorAll('#list a')].map((a) => a.href)")
        self.assertTrue(all(link.startswith("vscode://file/") for link in links), links)
        texts = page.run("[...document.querySelectorAll('#list small')].map((s) => s.textContent)")
        self.assertTrue(any("</script><script>" in text for text in texts))
        self.assertTrue(all(len(text) <= 200 for text in texts))
        page.key("/")
        page.type("owned override")
        page.until("!document.getElementById('found').hidden")
        for _ in HOSTILE:
            page.key("Enter")
            self.assertFalse(page.run("document.getElementById('card').hidden"))
        self.check(page)

    def test_the_pointer_hovers_clicks_and_drags(self):
        page = self.open()
        points = page.run(
            """(() => { const data = JSON.parse(document.getElementById('data').textContent);
            const raw = Uint8Array.from(atob(data.places), (c) => c.charCodeAt(0));
            return Array.from(new Uint16Array(raw.buffer)); })()""")
        box = page.run("(({x, y, width, height}) => [x, y, width, height])(document.getElementById('map').getBoundingClientRect())")
        scale = 0.9 * min(box[2], box[3])
        x = box[0] + box[2] / 2 + (points[0] / 65535 - 0.5) * scale
        y = box[1] + box[3] / 2 + (points[1] / 65535 - 0.5) * scale
        page.mouse("mouseMoved", x, y)
        page.until("!document.getElementById('card').hidden")
        self.assertNotEqual(page.run("document.getElementById('text').textContent"), "")
        self.picture(page, "hover")
        page.click(x, y)
        self.assertEqual(len(page.run("window.opened")), 1)
        before = page.call("Page.captureScreenshot")["data"]
        page.mouse("mousePressed", x + 60, y + 60)
        for step in range(1, 6):
            page.mouse("mouseMoved", x + 60 + 20 * step, y + 60, buttons=1, button="left")
        page.mouse("mouseReleased", x + 160, y + 60)
        page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.assertNotEqual(page.call("Page.captureScreenshot")["data"], before)
        self.assertEqual(len(page.run("window.opened")), 1, "dragging opens nothing")
        self.check(page)

    def test_colours_have_legends(self):
        page = self.open()
        for by, expected in [("folder", "deep"), ("language", "markdown"), ("age", "20"), ("similarity", "Find"), ("cluster", "")]:
            page.run(f"""(() => {{ const s = document.getElementById('colour'); s.value = '{by}'; s.dispatchEvent(new Event('change')); }})()""")
            self.assertIn(expected, page.run("document.getElementById('legend').textContent"))
        self.check(page)

    def test_a_screen_reader_has_names_and_the_list(self):
        page = self.open()
        nodes = page.accessible()
        names = [name for _, name in nodes]
        self.assertTrue(any(re.match(r"Map of \d+ texts in \d+ groups", name) for name in names), names[:40])
        self.assertTrue(any(role == "searchbox" and name == "Find" for role, name in nodes))
        self.assertTrue(any(role == "combobox" and name == "Colour" for role, name in nodes))
        self.assertTrue(any(role == "heading" and name == "Groups" for role, name in nodes))
        self.assertTrue(any(role == "status" for role, _ in nodes))
        self.assertTrue(any("cat" in name or "sleep" in name for role, name in nodes if role != "InlineTextBox"))

    def test_dark_and_narrow_screens(self):
        page = self.open(dark=True)
        self.assertEqual(page.run("getComputedStyle(document.body).backgroundColor"), "rgb(19, 20, 23)")
        self.picture(page, "dark")
        page.scheme("light")
        self.assertEqual(page.run("getComputedStyle(document.body).backgroundColor"), "rgb(251, 251, 250)")
        page.size(380, 700)
        page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.assertLessEqual(page.run("document.documentElement.scrollWidth"), 380)
        self.assertGreater(page.run("document.getElementById('map').clientHeight"), 200)
        self.picture(page, "narrow")
        self.check(page)


class ServedTests(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = subprocess.Popen(
            [AKIN, "map", str(cls.root), "--serve"], env=cls.environment, stderr=subprocess.PIPE, text=True)
        for line in cls.server.stderr:
            found = re.search(r"http://\S+", line)
            if found:
                cls.url = found[0]
                break
        cls.addClassCleanup(cls.server.kill)
        cls.origin = re.match(r"http://[^/]+", cls.url)[0]

    @classmethod
    def tearDownClass(cls):
        cls.server.send_signal(signal.SIGTERM)
        assert cls.server.wait(20) == 0
        cls.server.stderr.close()

    def test_a_query_asks_the_model(self):
        with Page() as page:
            page.open(self.url)
            page.run("document.getElementById('map').focus()")
            page.key("/")
            # No word of it is in any text.
            page.type("feline naps")
            page.until("/by the model/.test(document.getElementById('status').textContent)")
            first = page.run("document.querySelector('#found li').textContent")
            self.assertRegex(first.lower(), "cat|kitten")
            self.assertTrue(all(r.startswith((self.origin, "data:", "about:")) for r in page.requests), page.requests)
            self.picture(page, "served")
            self.check(page)

    def answer(self, path, data=None, **fields):
        request = urllib.request.Request(self.origin + path, data, fields)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    def test_nobody_else_gets_it(self):
        path = self.url[len(self.origin):]
        token = path.rsplit("/", 1)[1]
        status, page, headers = self.answer(path)
        self.assertEqual(status, 200)
        self.assertEqual((headers["Cache-Control"], headers["X-Frame-Options"]), ("no-store", "DENY"))
        self.assertIn(b"Content-Security-Policy", page)
        self.assertNotIn(SECRET.encode(), page)
        for wrong in ["/map/", "/map/" + "0" * 32, path + "0", path[:-1], "/"]:
            self.assertEqual(self.answer(wrong)[0], 401, wrong)
        for fields, expected in [({"Host": "evil.example"}, 403), ({"Origin": "http://evil.example"}, 403)]:
            self.assertEqual(self.answer(path, **fields)[0], expected, fields)
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "embed", "params": {"input": "a"}}).encode()
        kind = {"Content-Type": "application/json"}
        self.assertEqual(self.answer("/", body, **kind)[0], 401)
        self.assertEqual(self.answer("/", body, Authorization="Bearer " + token, **kind)[0], 200)
        # No collection can be reached, not even that of the page.
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "index/list"}).encode()
        found = json.loads(self.answer("/", body, Authorization="Bearer " + token, **kind)[1])
        self.assertEqual(found["result"]["collections"], [])


if __name__ == "__main__":
    outcome = unittest.main(exit=False, verbosity=1).result
    wrong = len(outcome.failures) + len(outcome.errors)
    print(f"map: {outcome.testsRun - wrong} passed, {wrong} failed")
    sys.exit(bool(wrong))
