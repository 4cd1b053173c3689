#!/usr/bin/env python3
"""Writes Sources/Tokenizers/Unicode/UnicodeTables.swift and Tests/Fixtures/unicode_blocks.txt.

Usage: python3 scripts/unicode_tables.py (needs tokenizers 0.22; takes a few minutes)

The tables hold what the reference does to each scalar (unicode_probe.py), so that Akin's behaviour follows the
reference and not the Unicode version of a Swift toolchain. A table is a row of whole numbers, each as one or more
letters of `0`..`o`: five bits a letter, lowest first, bit 5 set where the number goes on. Signed numbers are
zigzag-coded. The layouts are described in UnicodeProperties.swift, which reads them.
"""

import pathlib

import unicode_probe as probe

ROOT = pathlib.Path(__file__).resolve().parent.parent
HANGUL = range(0xAC00, 0xAC00 + 11172)


def letters(numbers):
    out = []
    for n in numbers:
        assert n >= 0
        while True:
            out.append(chr(0x30 + (n & 31 | (32 if n > 31 else 0))))
            n >>= 5
            if n == 0:
                break
    return "".join(out)


def zigzag(n):
    return 2 * n if n >= 0 else -2 * n - 1


def runs(items, same):
    """Maximal runs of sorted (scalar, value) pairs: neighbours for which `same` holds."""
    run = []
    for item in items:
        if run and not same(run, item):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def ranges(scalars):
    """Gap since the end of the last range, length - 1. Surrogates may lie inside: no string holds them."""
    numbers, end = [], 0
    follows = lambda a, b: b == a + 1 or (a, b) == (0xD7FF, 0xE000)
    for run in runs(sorted(scalars), lambda run, c: follows(run[-1], c)):
        numbers += [run[0] - end, run[-1] - run[0]]
        end = run[-1] + 1
    return numbers


def lowercase_runs(mapping):
    """Gap, length - 1, step between scalars - 1, zigzag(lower - upper)."""
    numbers, end = [], 0

    def same(run, item):
        step = item[0] - run[-1][0]
        return item[1] == run[0][1] and step <= 2 and (len(run) < 2 or step == run[1][0] - run[0][0])

    for run in runs(sorted((c, out[0] - c) for c, out in mapping.items()), same):
        step = run[1][0] - run[0][0] if len(run) > 1 else 1
        numbers += [run[0][0] - end, len(run) - 1, step - 1, zigzag(run[0][1])]
        end = run[-1][0] + 1
    return numbers


def decomposition_rows(mapping):
    """Gap, number of parts, zigzag(first part - first part of the row before), then each part - U+0300, zigzag."""
    numbers, end, first = [], 0, 0
    for c, parts in sorted(mapping.items()):
        numbers += [c - end, len(parts), zigzag(parts[0] - first)] + [zigzag(p - 0x300) for p in parts[1:]]
        end, first = c + 1, parts[0]
    return numbers


def class_runs(classes):
    """Gap, length - 1, combining class."""
    numbers, end = [], 0
    same = lambda run, item: item[0] == run[-1][0] + 1 and item[1] == run[-1][1]
    for run in runs(sorted(classes.items()), same):
        numbers += [run[0][0] - end, len(run) - 1, run[0][1]]
        end = run[-1][0] + 1
    return numbers


def without_hangul(decomposed):
    """Hangul syllables decompose by arithmetic (Unicode 3.12); holds the reference to it and drops them."""
    for index, c in enumerate(HANGUL):
        tail = index % 28
        assert decomposed[c] == [0x1100 + index // 588, 0x1161 + index % 588 // 28] + [0x11A7 + tail] * (tail > 0)
    return {c: parts for c, parts in decomposed.items() if c not in HANGUL}


def swift(name, doc, numbers):
    text = letters(numbers)
    lines = [text[i : i + 114] for i in range(0, len(text), 114)]
    body = "\n".join("    " + line for line in lines)
    return f'  /// {doc}\n  static let {name} = #"""\n{body}\n    """#\n'


def tables(word):
    removed, spaced = probe.cleaned()
    decomposed = probe.decompositions()
    lowered = probe.lowercase()
    space, punctuation = probe.split_classes()
    assert probe.stripped_spaces() == space
    # clean_text makes a space of every white space that it does not remove as a control character.
    assert spaced == space - removed - {0x20}
    assert {c: out for c, out in lowered.items() if len(out) > 1} == {0x130: [0x69, 0x307]}
    return [
        swift("removed", "Removed by cleaning: control and format characters, private use, U+FFFD.", ranges(removed)),
        swift("whiteSpace", "White space.", ranges(space)),
        swift("ideographs", "CJK ideographs that become words of their own.", ranges(probe.ideographs())),
        swift("punctuation", "Punctuation that becomes words of its own.", ranges(punctuation)),
        swift("nonspacing", "Non-spacing marks.", ranges(probe.nonspacing(decomposed))),
        swift("word", "Word characters, which keep a single-word token from matching beside them.", ranges(word)),
        swift("lowercase", "Lower case.", lowercase_runs(lowered)),
        swift("combiningClasses", "Canonical combining classes other than 0.",
              class_runs(probe.combining_classes(decomposed))),
        swift("decompositions", "Full canonical decompositions, without Hangul syllables.",
              decomposition_rows(without_hangul(decomposed))),
    ]


def block_hashes(word):
    """One line for 16 blocks of 256 scalars: 8 hexadecimal digits a block, over what four normalisers
    and the pre-tokenizer make of each scalar and whether it is a word character."""
    columns = [
        probe.bert(True, True, True, True),
        probe.bert(True, True, False, False),
        probe.bert(False, False, True, False),
        probe.bert(False, False, False, True),
    ]
    split = probe.pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    lines = []
    for start in range(0, 0x110000, 4096):
        digits = []
        for block in range(start, start + 4096, 256):
            text = [chr(c) for c in range(block, block + 256) if not 0xD800 <= c <= 0xDFFF]
            outs = [column(c) for c in text for column in columns]
            outs += ["/".join(piece for piece, _ in split(f"a{c}a")) for c in text]
            outs += ["w" if ord(c) in word else "-" for c in text]
            digits.append(fnv("\n".join(outs).encode()))
        lines.append("".join(digits))
    return "\n".join(lines) + "\n"


def fnv(data):
    """The lower half of FNV-1a, 64 bits."""
    h = 0xCBF29CE484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{h & 0xFFFFFFFF:08x}"


def main():
    word = probe.word_characters()
    header = (
        "// Made by scripts/unicode_tables.py from what tokenizers 0.22.2 does; do not edit.\n\n"
        "/// What the reference does to every Unicode scalar, in the letters that `UnicodeProperties` reads.\n"
        "enum UnicodeTables {\n"
    )
    source = header + "\n".join(tables(word)) + "}\n"
    (ROOT / "Sources/Tokenizers/Unicode/UnicodeTables.swift").write_text(source)
    (ROOT / "Tests/Fixtures/unicode_blocks.txt").write_text(block_hashes(word))


if __name__ == "__main__":
    main()
