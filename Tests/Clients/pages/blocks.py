"""The blocks of a page: between fences, and indented by four."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    #: What stands behind the fence; `indented` without one.
    language: str
    text: str

    @property
    def first(self):
        return self.text.split("\n", 1)[0]

    @property
    def place(self):
        return f"{self.page}:{self.line}"


def blocks(page, name):
    lines = page.read_text(encoding="utf-8").split("\n")
    number = 0
    while number < len(lines):
        fence = re.match(r"```(\w*)$", lines[number])
        start = number
        if fence:
            number = lines.index("```", number + 1)
            yield Block(name, start + 1, fence[1] or "plain", "\n".join(lines[start + 1 : number]))
        elif lines[number].startswith("    ") and not lines[number - 1]:
            while number < len(lines) and (lines[number].startswith("    ") or not lines[number]):
                number += 1
            yield Block(name, start + 1, "indented", "\n".join(line[4:] for line in lines[start:number]).rstrip())
            number -= 1
        number += 1
