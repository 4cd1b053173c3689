#!/usr/bin/env python3
"""Writes Sources/Tokenizers/Unicode/ClassTables.swift, CompositionTables.swift and GraphemeTables.swift.

Usage: python3 scripts/unicode_classes.py (needs tokenizers 0.22; takes a minute)

What tokenizers' regular expressions, NFC, NFKC, NFKD, StripAccents, Digits and Precompiled make of every Unicode scalar, found
by asking them, in the letters of unicode_tables.py. The layouts are described where the tables are read.
"""

import base64
import json
import pathlib

from tokenizers import Regex, normalizers, pre_tokenizers

from unicode_probe import SCALARS, decompositions
from unicode_tables import HANGUL, ROOT, letters, ranges, runs, swift, zigzag

# As in RegexClass.swift; a scalar is in one of them at most.
CATEGORIES = ["Lu", "Ll", "Lt", "Lm", "Lo", "M", "N", "P", "S"]


def matched(pattern):
    """Scalars that a regular expression of one class matches."""
    text = "".join(map(chr, SCALARS))
    step = pre_tokenizers.Split(Regex(pattern), "removed", invert=True).pre_tokenize_str
    return {ord(piece) for piece, _ in step(text)}


def categories():
    """Scalar -> index in CATEGORIES, and the scalars of `\\s`."""
    classes = {}
    for index, name in enumerate(CATEGORIES):
        for c in matched(rf"\p{{{name}}}"):
            assert c not in classes, hex(c)
            classes[c] = index
    assert {c for c, index in classes.items() if index < 5} == matched(r"\p{L}")
    assert {c for c, index in classes.items() if index == 6} == matched(r"\p{N}")
    return classes, matched(r"\s")


def numeric():
    """Scalars that Digits takes for digits."""
    step = pre_tokenizers.Digits(individual_digits=True).pre_tokenize_str
    return {c for c in SCALARS if len(step("a" + chr(c))) == 2}


def class_runs(classes):
    """Gap, length - 1, class."""
    numbers, end = [], 0
    for run in runs(sorted(classes.items()), lambda run, item: item[0] == run[-1][0] + 1 and item[1] == run[-1][1]):
        numbers += [run[0][0] - end, len(run) - 1, run[0][1]]
        end = run[-1][0] + 1
    return numbers


def compatibility(canonical):
    """Scalar -> full compatibility decomposition, where it is not the canonical one."""
    step = normalizers.NFKD().normalize_str
    outs = ((c, [ord(x) for x in step(chr(c))]) for c in SCALARS)
    return {c: out for c, out in outs if out != canonical.get(c, [c])}


def compositions(canonical):
    """(first, second) -> scalar, for every pair that NFC joins, Hangul left out."""
    step = normalizers.NFC().normalize_str
    pairs = {}
    for c, parts in canonical.items():
        if c in HANGUL or step(chr(c)) != chr(c):
            continue
        first, last = step("".join(map(chr, parts[:-1]))), chr(parts[-1])
        assert len(first) == 1 and step(first + last) == chr(c), hex(c)
        pairs[ord(first), ord(last)] = c
    return pairs


def decomposition_rows(mapping):
    """Gap, number of parts, zigzag(each part - the scalar)."""
    numbers, end = [], 0
    for c, parts in sorted(mapping.items()):
        numbers += [c - end, len(parts)] + [zigzag(p - c) for p in parts]
        end = c + 1
    return numbers


def pair_rows(pairs):
    """Gap of the first scalar, second scalar, zigzag(composed - first)."""
    numbers, last = [], 0
    for (first, second), c in sorted(pairs.items()):
        numbers += [first - last, second, zigzag(c - first)]
        last = first
    return numbers


def combining_marks():
    """Scalars that StripAccents drops."""
    step = normalizers.StripAccents().normalize_str
    return {c for c in SCALARS if step(chr(c)) == ""}


def counter():
    """Counts an X for every grapheme cluster of fewer than six bytes and for every scalar of the others: a trie of every
    single byte, each mapped to X."""
    units = [0] * 1024
    units[0] = 256 << 10
    for byte in range(1, 256):
        # The node of the byte has a leaf and its children at the next block; the leaf's value is 0, the start of "X".
        child = 512
        units[256 ^ byte] = byte | 1 << 8 | (256 ^ byte ^ child) << 10
    units[512] = 1 << 31
    blob = len(units).__mul__(4).to_bytes(4, "little") + b"".join(u.to_bytes(4, "little") for u in units) + b"X\0"
    state = {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(blob).decode()}
    from tokenizers import Tokenizer

    plain = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": state,
             "pre_tokenizer": None, "post_processor": None, "decoder": None,
             "model": {"type": "WordLevel", "vocab": {"X": 0}, "unk_token": "X"}}
    step = Tokenizer.from_str(json.dumps(plain)).normalizer.normalize_str
    return lambda text: len(step(text))


def graphemes():
    """What decides where clusters of fewer than six bytes end."""
    count = counter()
    assert count("ab") == 2 and count("a\u0301") == 1 and count("\r\n") == 1 and count("a\u0301\u0301\u0301") == 4
    joins = {c for c in SCALARS if count("a" + chr(c)) == 1}
    controls, prepends, pictographs, befores = set(), set(), set(), set()
    for c in SCALARS:
        if c in joins:
            continue
        text = chr(c)
        size = len(text.encode())
        # Behind a control character marks are a cluster of their own.
        alone = 2 if size + 4 < 6 else 1 + 1
        joined = 1 if size + 4 < 6 else 3
        found = count(text + "\u0301\u0301")
        if found != joined:
            assert found == alone, hex(c)
            controls.add(c)
            continue
        if count(text + "a\u0301") == (1 if size + 3 < 6 else 3):
            prepends.add(c)
        if count("\u00a9\u200d" + text) == 3:
            pictographs.add(c)
        if count(text + "\u200d\u00a9\u0301") == 4:
            befores.add(c)
    assert befores == pictographs, (len(befores), len(pictographs))
    return joins, controls, prepends, pictographs


def write(name, doc, tables):
    head = f"// Made by scripts/unicode_classes.py from what tokenizers 0.22.2 does; do not edit.\n\n/// {doc}\nenum {name} {{\n"
    (ROOT / f"Sources/Tokenizers/Unicode/{name}.swift").write_text(head + "\n".join(tables) + "}\n")


def main():
    classes, space = categories()
    write("ClassTables", "The classes of regular expressions, in the letters that `RegexClasses` reads.", [
        swift("categories", "Gap, length - 1, category.", class_runs(classes)),
        swift("space", "White space.", ranges(space)),
        swift("numeric", "What Digits takes for a digit.", ranges(numeric())),
        swift("marks", "What StripAccents drops.", ranges(combining_marks())),
    ])
    canonical = decompositions()
    write("CompositionTables", "What NFC, NFKC and NFKD need beyond NFD, in the letters that `Composition` reads.", [
        swift("pairs", "Gap of the first scalar, the second scalar, zigzag(composed - first).", pair_rows(compositions(canonical))),
        swift("compatibility", "Gap, number of parts, zigzag(part - scalar) each.", decomposition_rows(compatibility(canonical))),
    ])
    joins, controls, prepends, pictographs = graphemes()
    write("GraphemeTables", "Where grapheme clusters end, in the letters that `GraphemeBreaks` reads.", [
        swift("extends", "Marks that stay with what is before them.", ranges(joins)),
        swift("controls", "End a cluster on both sides.", ranges(controls)),
        swift("prepends", "Stay with what follows.", ranges(prepends)),
        swift("pictographs", "Joined by U+200D.", ranges(pictographs)),
    ])


if __name__ == "__main__":
    main()
