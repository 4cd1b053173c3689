#!/usr/bin/env python3
"""Writes what is made from protocol/openrpc.json: Sources/AkinProtocol/OpenRPCDocument.swift, and the tables of limits
in README.md and protocol/specification.md.

The program carries the document, so that it is one file that needs no other. Tests hold all of them equal: run this
after every change of openrpc.json.
"""

import json
import pathlib
import re
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
WIDTH = 112

HEADER = '''\
// Written by protocol/generate.py from protocol/openrpc.json. Change that file, then run the script.

/// The description of the protocol that `rpc.discover` answers.
public enum OpenRPCDocument {
  /// `protocol/openrpc.json` as compact JSON on one line.
  public static let text = #"""
'''


def limit_tables(limits: dict) -> None:
    """The rows of every limit, in the place of those that are there."""
    flags = {name: "--" + re.sub("[A-Z]", lambda m: "-" + m[0].lower(), name) for name in limits}
    tables = {
        "README.md": (
            "| limit | default | flag of `akin serve` |\n|---|---|---|\n",
            [f"| {x['description'][:-1]} | {x['default']:,} | `{flags[name]}` |" for name, x in limits.items()],
        ),
        "protocol/specification.md": (
            "| limit | default | counts | beyond it |\n|---|---|---|---|\n",
            [
                f"| `{name}` | {x['default']} | {x['description'][:-1]} | {x['x-code']} |"
                for name, x in limits.items()
            ],
        ),
    }
    for page, (head, rows) in tables.items():
        path = ROOT / page
        before, after = path.read_text(encoding="utf-8").split(head)
        rest = after[after.index("\n\n") :]
        path.write_text(before + head + "\n".join(rows) + rest, encoding="utf-8")


def main() -> None:
    document = json.loads((ROOT / "protocol" / "openrpc.json").read_text(encoding="utf-8"))
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    # A raw string's "\#" at the end of a line joins it with the next; blanks stay inside a line, where no editor
    # strips them.
    lines = textwrap.wrap(text, WIDTH, break_on_hyphens=False, drop_whitespace=False)
    assert "".join(lines) == text
    body = "".join(f"    {line}\\#\n" for line in lines[:-1]) + f"    {lines[-1]}\n"
    target = ROOT / "Sources" / "AkinProtocol" / "OpenRPCDocument.swift"
    target.write_text(HEADER + body + '    """#\n}\n', encoding="utf-8")
    limit_tables(document["components"]["schemas"]["ServerLimits"]["properties"])


if __name__ == "__main__":
    main()
