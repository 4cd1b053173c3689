#!/usr/bin/env python3
"""Writes Sources/AkinProtocol/OpenRPCDocument.swift from protocol/openrpc.json.

The program carries the document, so that it is one file that needs no other. A test holds both equal: run this after
every change of openrpc.json.
"""

import json
import pathlib
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


if __name__ == "__main__":
    main()
