#!/usr/bin/env python3
"""The manual page, from what the parser of the command line says of itself.

    akin --experimental-dump-help | packaging/man.py >akin.1
"""

import json
import os
import re
import sys
import time


def escaped(text):
    """Text as roff takes it: no line that begins like a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^(?=[.'])", r"\\&", text)


def paragraphs(text):
    lines = []
    for block in re.split(r"\n\s*\n", (text or "").strip()):
        if not block:
            continue
        # A table keeps its lines.
        if any(line.startswith("  ") for line in block.split("\n")):
            lines += [".PP", ".nf", escaped(block), ".fi"]
        else:
            lines += [".PP", escaped(" ".join(block.split()))]
    return lines


def name(option):
    kind = option["kind"]
    dashes = "\\-" if kind == "short" else "\\-" if kind == "longWithSingleDash" else "\\-\\-"
    return f"\\fB{dashes}{escaped(option['name'])}\\fR"


def usage(argument):
    """How an argument is written: its names, and the value's."""
    value = f"\\fI{escaped(argument.get('valueName', 'value'))}\\fR"
    if argument["kind"] == "positional":
        return value + ("..." if argument.get("isRepeating") else "")
    names = ", ".join(name(option) for option in argument.get("names", []))
    return names if argument["kind"] == "flag" else f"{names} {value}"


def arguments(command):
    lines = []
    for argument in command.get("arguments", []):
        if not argument.get("shouldDisplay", True):
            continue
        text = argument.get("abstract", "")
        if argument.get("discussion"):
            text += "\n" + argument["discussion"]
        if argument.get("defaultValue") is not None and argument["kind"] != "flag":
            text += f" (default: {argument['defaultValue']})"
        lines += [".TP", usage(argument), escaped(" ".join(text.split())) or "\\&"]
    return lines


def section(command, path):
    lines = [f'.SH "{" ".join(path).upper()}"'] + paragraphs(command.get("abstract"))
    lines += paragraphs(command.get("discussion")) + arguments(command)
    for child in command.get("subcommands") or []:
        if child.get("shouldDisplay", True) and child["commandName"] != "help":
            lines += section(child, [*path, child["commandName"]])
    return lines


def main():
    command = json.load(sys.stdin)["command"]
    when = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    lines = [
        f'.TH AKIN 1 "{time.strftime("%Y-%m-%d", when)}" "Akin" "User Commands"',
        ".SH NAME",
        f"akin \\- {escaped(command['abstract'])}",
        ".SH SYNOPSIS",
        ".B akin",
        "\\fIcommand\\fR [\\fIoption\\fR...] [\\fIargument\\fR...]",
        ".SH DESCRIPTION",
        *paragraphs(command.get("discussion")),
        *arguments(command),
    ]
    for child in command["subcommands"]:
        if child.get("shouldDisplay", True) and child["commandName"] != "help":
            lines += section(child, ["akin", child["commandName"]])
    lines += [
        ".SH FILES",
        ".TP",
        "\\fI~/.cache/akin\\fR",
        "Models.",
        ".TP",
        "\\fI~/.local/share/akin\\fR",
        "Collections.",
    ]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
