"""What Hugging Face's tokenizers does to every Unicode scalar, found by asking it.

BertNormalizer rests on several Rust crates, each with a Unicode version of its own, so no single version of the
Unicode tables gives its behaviour. These functions call the package (tested with tokenizers 0.22.2) on each of the
1,112,064 scalars and return what came back.
"""

import unicodedata

from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

SCALARS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def bert(clean=False, cjk=False, strip=False, lower=False):
    """BertNormalizer with only the named steps."""
    return normalizers.BertNormalizer(
        clean_text=clean, handle_chinese_chars=cjk, strip_accents=strip, lowercase=lower
    ).normalize_str


def cleaned():
    """(removed, made a space) by clean_text."""
    step = bert(clean=True)
    removed, spaced = set(), set()
    for c in SCALARS:
        out = step(chr(c))
        if out == "":
            removed.add(c)
        elif out == " " and c != 0x20:
            spaced.add(c)
        else:
            assert out == chr(c), hex(c)
    return removed, spaced


def ideographs():
    """Scalars that handle_chinese_chars puts between spaces."""
    step = bert(cjk=True)
    found = {c for c in SCALARS if step(chr(c)) != chr(c)}
    assert all(step(chr(c)) == f" {chr(c)} " for c in found)
    return found


def lowercase():
    """Scalar -> its lower case, where it differs."""
    step = bert(lower=True)
    outs = ((c, step(chr(c))) for c in SCALARS)
    return {c: [ord(x) for x in out] for c, out in outs if out != chr(c)}


def decompositions():
    """Scalar -> its full canonical decomposition, where it differs."""
    step = normalizers.NFD().normalize_str
    outs = ((c, step(chr(c))) for c in SCALARS)
    return {c: [ord(x) for x in out] for c, out in outs if out != chr(c)}


def nonspacing(decomposed):
    """Scalars that strip_accents drops (those that decompose are seen only as their parts)."""
    step = bert(strip=True)
    dropped = {c for c in SCALARS if c not in decomposed and step(chr(c)) == ""}
    for c in SCALARS:
        parts = decomposed.get(c, [c])
        assert step(chr(c)) == "".join(chr(p) for p in parts if p not in dropped), hex(c)
    return dropped


def combining_classes(decomposed):
    """Scalar -> canonical combining class, where it is not 0, from the order NFD gives to pairs of marks."""
    step = normalizers.NFD().normalize_str
    # One mark of every class, taken from Python's tables where the reference knows it as a mark: U+0345 has the
    # highest class, so that every other mark moves before it.
    marks = {}
    for c in SCALARS:
        if c == 0x345 or step("\u0345" + chr(c)) == chr(c) + "\u0345":
            marks.setdefault(unicodedata.combining(chr(c)), c)
    ladder = sorted(marks.items())
    for (_, low), (_, high) in zip(ladder, ladder[1:]):
        assert step(chr(high) + chr(low)) == chr(low) + chr(high), (hex(low), hex(high))
    classes = {}
    for c in SCALARS:
        if c in decomposed:
            continue
        # Behind the highest class only a lower class moves, before the lowest only a higher one is moved past.
        swaps_down = step(chr(ladder[-1][1]) + chr(c)) != chr(ladder[-1][1]) + chr(c)
        swaps_up = step(chr(c) + chr(ladder[0][1])) != chr(c) + chr(ladder[0][1])
        if swaps_down or swaps_up:
            stays_behind = [k for k, m in ladder if step(chr(m) + chr(c)) == chr(m) + chr(c)]
            classes[c] = max(stays_behind)
    return classes


def split_classes():
    """(white space, punctuation) as BertPreTokenizer sees them."""
    step = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    space, punctuation = set(), set()
    for c in SCALARS:
        pieces = [piece for piece, _ in step("a" + chr(c) + "a")]
        if pieces == ["a", "a"]:
            space.add(c)
        elif len(pieces) == 3:
            punctuation.add(c)
        else:
            assert pieces == ["a" + chr(c) + "a"], hex(c)
    return space, punctuation


def word_characters():
    """Scalars that keep a single_word token from matching beside them: regex's `\\w`."""
    plain = Tokenizer(models.WordLevel({"u": 0}, unk_token="u"))
    plain.add_tokens([AddedToken("<t>", single_word=True, normalized=False)])
    found = set()
    for c in SCALARS:
        after = 1 not in plain.encode(chr(c) + "<t>").ids
        before = 1 not in plain.encode("<t>" + chr(c)).ids
        assert after == before, hex(c)
        if after:
            found.add(c)
    return found


def stripped_spaces():
    """Scalars that an rstrip token takes with it: regex's `\\s`."""
    plain = Tokenizer(models.WordLevel({"u": 0}, unk_token="u"))
    plain.add_tokens([AddedToken("<t>", rstrip=True, lstrip=True, normalized=False)])
    found = set()
    for c in SCALARS:
        after = plain.encode("<t>" + chr(c)).offsets[0][1] == 4
        assert after == (plain.encode(chr(c) + "<t>").offsets[0] == (0, 4)), hex(c)
        if after:
            found.add(c)
    return found
