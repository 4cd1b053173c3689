"""Numbers on the command line and in the environment that nobody would write: an answer or an error, and never a signal, nor a minute."""

import concurrent.futures
import json

from attack import Attack

NUMBERS = ["0", "-1", "9223372036854775807", "nan"]
# What each command is given besides, where it comes to an end by itself.
ARGUMENTS = {
    "embed": ["a river"], "similarity": ["a river", "a lake"], "rerank": ["water", "a river", "a lake"], "uniq": [],
    "tokenize": ["a river"], "search": ["water", "."], "index": ["."], "similar": ["a.md"], "duplicates": ["."],
    "topics": ["."], "map": ["."], "log": ["water"], "eval": ["questions.jsonl"], "serve": [],
}
# What these say is no number, or starts a server that stays.
OTHERS = {
    "--address", "--allow-model", "--author", "--base", "--by", "--collection", "--color", "--column", "--documents", "--editor",
    "--file", "--function", "--glob", "--http", "--http-host", "--http-origin", "--input", "--inspect", "--log", "--log-level", "--mode", "--model", "--name", "--output",
    "--overflow", "--pair", "--path", "--phrase", "--plot", "--pooling", "--position-encoding", "--precision", "--prompt",
    "--prompt-name", "--regex", "--rerank", "--rerank-model", "--right", "--right-file", "--served-name", "--store", "--type", "--without",
}


class Numbers(Attack):
    def setUp(self):
        super().setUp()
        self.write("a.md", "# Rivers\n\nWater flows.\n\n# Lakes\n\nWater stands.\n")
        self.write("b.md", "# Rivers\n\nWater flows.\n")
        self.write("questions.jsonl", '{"query": "water", "relevant": ["a.md"]}\n')
        for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "water"]):
            self.git(*arguments)
        self.akin("index", ".", status=0)

    def test_numbers_of_every_option(self):
        tree = json.loads(self.akin("--experimental-dump-help", status=0).stdout)["command"]
        runs = []
        for command in tree["subcommands"]:
            name = command["commandName"]
            for option in command.get("arguments", []) if name in ARGUMENTS else []:
                names = {"--" + name["name"] for name in option.get("names", []) if name["kind"] == "long"}
                if option["kind"] == "option" and names and not names & OTHERS:
                    runs += [(name, *ARGUMENTS[name], f"{sorted(names)[0]}={number}") for number in NUMBERS]
        self.assertGreater(len(runs), 150)
        # What is below 0 is a number too where it stands alone behind its option.
        apart = [(*run[:-1], *run[-1].split("=")) for run in runs if run[-1].endswith("=-1")]
        runs += apart
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for run, done in zip(runs, pool.map(lambda run: self.akin(*run, text=""), runs)):
                with self.subTest(run=run):
                    self.assertLess(len(done.stdout) + len(done.stderr), 1 << 20)
                    # Without a hit the status is 1, as grep's.
                    if done.returncode > 1:
                        self.assertIn("akin: ", done.stderr)
                    self.assertNotIn("Missing value", done.stderr)

    def test_screens_of_any_size(self):
        for number in (*NUMBERS, "-9223372036854775808"):
            for command in (["search", "water", "."], ["collections"], ["topics", "."], ["--help"]):
                with self.subTest(columns=number, command=command):
                    done = self.akin(*command, environment={"COLUMNS": number, "LINES": number})
                    self.assertLess(len(done.stdout), 1 << 20)

    def test_an_export_with_places_that_no_text_has(self):
        lines = self.akin("collections", "export", self.folder, status=0).stdout.splitlines()
        header, largest = lines[0], (1 << 63) - 1
        spans = [
            [largest] * 12, [0, largest, 0, largest, 0, 0, 0, 0, *[largest] * 4], [0, 5, 0, 5, largest, 0, 0, 0, largest, 5, 5, 5],
            [0, 5, 0, 5, largest - 1, 0, 0, 0, largest - 1, 5, 5, 5], [0, 1 << 30, 0, 1 << 30, *[0] * 8], [5, 0, 5, 0, *[0] * 8],
        ]
        for span in spans:
            document = json.loads(lines[1])
            document["chunks"][0]["span"] = span
            done = self.akin(
                "collections", "import", "-", "--name", "copy", text=f"{header}\n{json.dumps(document)}\n", status=65)
            self.assertIn(".span: expected 12 numbers", done.stderr)
        document = json.loads(lines[1])
        for codes, scale in (([127] * 3, 1), ([127] * 384, 1e300), ([127] * 384, -1)):
            document["places"] = [{"hash": "00" * 16, "scale": scale, "codes": codes}]
            done = self.akin(
                "collections", "import", "-", "--name", "copy", text=f"{header}\n{json.dumps(document)}\n", status=65)
            self.assertIn("places[0]", done.stderr)

    def test_a_collection_with_places_that_no_text_has(self):
        import sqlite3

        file = self.akin("collections", "status", self.folder, status=0).stdout.split("file ")[1].split("\n")[0].strip()
        with sqlite3.connect(file) as database:
            database.execute("UPDATE chunks SET start_line = ?, end_line = ?", [(1 << 63) - 1] * 2)
        database.close()
        for options in (["-C", "3"], ["--json"], ["--mode", "semantic"]):
            done = self.akin("search", "water", ".", "--no-update", *options)
            self.assertEqual(done.returncode, 65, done.stderr)
            self.assertIn("is damaged", done.stderr)
        self.assertIn("a chunk at", self.akin("collections", "check", self.folder, status=1).stdout)
