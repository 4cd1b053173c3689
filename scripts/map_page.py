#!/usr/bin/env python3
"""Writes Sources/akin/Map/MapPageParts.swift from the files of Sources/akin/Map/page, which are its source.

The program carries the page, so that it is one file that needs no other. A test holds both equal: run this after every change of the page.
"""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "Sources" / "akin" / "Map" / "page"
# In this order: each uses what stands before it.
SCRIPTS = ["data", "colours", "find", "view", "draw", "colouring", "card", "list", "main"]


def text(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def main() -> None:
    script = "\n(() => {\n\"use strict\";\n" + "\n".join(text(name + ".js") for name in SCRIPTS) + "})();\n"
    parts = [
        ("style", "Rules of its look.", "\n" + text("map.css")),
        ("body", "What is there before the script runs.", text("map.html")),
        ("script", "What it does.", script),
    ]
    lines = [
        "// Written by scripts/map_page.py from Sources/akin/Map/page. Change the files there, then run the script.",
        "",
        "/// The page of `akin map`, but for its data.",
        "enum MapPageParts {",
    ]
    for name, what, content in parts:
        assert '"""#' not in content and "\\#(" not in content and content.endswith("\n")
        lines += [f"  /// {what}", f'  static let {name} = #"""']
        lines += [("    " + line).rstrip() for line in content.split("\n")]
        lines += ['    """#']
    lines += ["}", ""]
    target = ROOT / "Sources" / "akin" / "Map" / "MapPageParts.swift"
    target.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
