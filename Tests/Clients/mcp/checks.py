"""What the sessions of the test count, and the folders that they search."""

import pathlib

FILES = {
    "rivers.md": "# Rivers\n\nWater flows down to the sea.\n",
    "src/http.py": "def parse_header(line):\n    return line.split(':')\n",
    "src/sum.py": "def add(left, right):\n    return left + right\n",
}

passed = 0
failed = 0


def check(condition, what):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what}")


def make_folder(path):
    for name, text in FILES.items():
        file = pathlib.Path(path, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return str(path)


def make_large_folder(path, files):
    """A folder that takes a batch more for each 256 files."""
    path.mkdir()
    for number in range(files):
        text = f"In {path.name} note {number} tells of {number * 7} ships.\n"
        pathlib.Path(path, f"{number}.md").write_text(text, encoding="utf-8")
    return str(path)
