#!/usr/bin/env python3
"""Writes Tests/Fixtures/tokenizer_extra.jsonl: what tokenizers 0.22 answers where the shared fixtures do not ask.

Usage: python3 scripts/unicode_tokenizer_cases.py MODEL_FOLDER [RANDOM_TEXTS_PER_TOKENIZER [SEED [OUTPUT]]]

Three kinds of lines: `define` makes a tokenizer, `encode` and `decode` ask the last one defined. The vocabularies that
are defined here hold single characters, so that the offset of every normalised character shows. Keys are short:
t text, p pair, n maxLength, s addSpecialTokens (or skipSpecialTokens), and of the answer i ids, o offsets end to end,
w wordIds, y typeIds, m specialTokensMask, q sequenceIds, k tokens (null where they are the ids' names).
"""

import json
import pathlib
import random
import sys
import unicodedata

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures/tokenizer_extra.jsonl"
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

TEXTS = [
    "", " ", "\x00", "\ufffd", "a\x00b", "\u0301", "\u0301\u0323a", "e\u0301\u0323 x", "e\u0308\x01\u0323", "\u0344",
    "\u0f73\u0f71\u0f72", "a\u0345\u0301\u302e\u0323", "a\u302f\u0301", "\u1b44\u0301a\u1b44", "\U0001d15e\U0001d165\u0301",
    "각힣가ᄀ", "İIıi̇ß", "ǅ ǈ Σας ς", "Ⱥ Ꮳ ꭰ Ა", "\u037e\u1fef`\u2000x\u2001", "漢字かな\uf900\u2f800\U0002f800",
    "日本。語", "a\u200bb\u00adc\u200d", "\u0085\u000b\u000c\t\r\n\u2028", "x" * 100, "x" * 101, "é" * 100, "e\u0301" * 101,
    "[SEP] [sep] [MASK][CLS]x[PAD]y[UNK]", "[[SEP]] [SE P]", "Ça va? Où ça, naïve façade.", "ﬁ ½ ② Å Å Å", "\U0010ffff\ue000\ufdd0",
    "don't we'll $5.00 a_b-c", "ệ ę̂ ệ ȩ̂", "\u09cb\u09c7\u09be\u0bca", "\U00011131\U00011127", "\U0001e944\U0001e921 \U00010400",
]
POOLS = [
    "abcxyz", "ABCXYZ", " \t\n\u00a0\u3000", ".,!?'-_$`\u3002\u00bf", "éÉñüÅǅİıßẞ", "ệṩḕǻΐᾂ", "\u0301\u0323\u0308\u0327\u0345\u0334",
    "\u0344\u0f73\u0f75\u0f81\u0f71\u0f72", "\u302e\u302f\u1b44\ua953\U0001d165\U0001d16e\u0fc6", "각힣가각", "漢字\uf900\u4e00\U0002f800",
    "\x00\x01\x7f\u0085\u200b\ufeff\ufffd\u00ad", "кКЙйЁλΣςאָ", "\U0001d15e\U0001d1bb\U00011131\U0001e944\U00010400😀", "नकि्",
]
ADDED = [
    AddedToken("<l>", lstrip=True, normalized=False, special=True),
    AddedToken("<r>", rstrip=True, normalized=False),
    AddedToken("<b>", lstrip=True, rstrip=True, single_word=True, normalized=False),
    AddedToken("<w>", single_word=True, normalized=False),
    AddedToken("<w><w>", normalized=False, special=True),
    AddedToken("Été", normalized=True),
    AddedToken("NEW y", normalized=True, single_word=True),
    AddedToken("zz", normalized=True, lstrip=True, rstrip=True),
]
ADDED_TEXTS = [
    "a <l>  b<l>c", "<r>  x <r>", " <b> a<b> <b>b \t<b>\u2000", "a<w> <w>a <w>,<w>", "<w><w><w>", "É<w> \u0301<w> <w>\u200d <w>\u00b2",
    "été ÉTÉ Ete xété", "new y New Y anew y new yes", "a zz b  zz  zz zzz", "漢<w>漢", "<l><l> <r> <l>", "zz<l>zz [SEP] été",
    "e\u0301te\u0301", "a\u0301zz\u0323", "  zz  ", "<b><b>",
]


def character_vocabulary(texts):
    """Special tokens, every character that any normaliser makes of the texts, at the start and inside of a word."""
    characters = set()
    for strip in (True, False):
        for lower in (True, False):
            for clean in (True, False):
                step = normalizers.BertNormalizer(clean, clean, strip, lower).normalize_str
                characters.update(*map(step, texts))
    characters = sorted(characters - {" ", "q"})
    return SPECIALS + characters + ["##" + c for c in characters] + ["ab", "##xyz", "aé", "##e\u0301"]


def build(vocabulary, lowercase, strip, clean, cjk):
    tokenizer = Tokenizer(models.WordPiece({t: i for i, t in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(clean, cjk, strip, lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.add_special_tokens(SPECIALS)
    return tokenizer


class Writer:
    def __init__(self):
        self.lines = []

    def line(self, value):
        self.lines.append(json.dumps(value, ensure_ascii=True, separators=(",", ":")))

    def define(self, name, tokenizer, added=(), **options):
        self.tokenizer = tokenizer
        self.line({"define": name, **options, "added": [
            {"content": t.content, "id": tokenizer.token_to_id(t.content), "special": t.special, "singleWord": t.single_word,
             "leftStrip": t.lstrip, "rightStrip": t.rstrip, "normalized": t.normalized} for t in added]})

    def encode(self, text, pair=None, length=None, special=True):
        self.tokenizer.no_padding()
        if length is None:
            self.tokenizer.no_truncation()
        else:
            self.tokenizer.enable_truncation(length)
        e = self.tokenizer.encode(text, pair, add_special_tokens=special)
        named = e.tokens == [self.tokenizer.id_to_token(i) for i in e.ids]
        case = {"t": text, "p": pair, "n": length, "s": special}
        case = {k: v for k, v in case.items() if v is not None and v is not True}
        self.line({"encode": case, "i": e.ids, "o": [x for pair in e.offsets for x in pair], "w": e.word_ids, "y": e.type_ids,
                   "m": e.special_tokens_mask, "q": e.sequence_ids, "k": None if named else e.tokens})
        assert set(e.attention_mask) <= {1}

    def decode(self, ids):
        for skip in (True, False):
            text = self.tokenizer.decode(ids, skip_special_tokens=skip)
            self.line({"decode": ids, "s": skip, "t": text})


def random_text(source):
    pools = [source.choice(POOLS) for _ in range(3)] + ["ab "]
    return "".join(source.choice(source.choice(pools)) for _ in range(source.randint(1, 14)))


def model_cases(writer, folder):
    """Truncation, special tokens and decoding with the real vocabulary."""
    tokenizer = Tokenizer.from_file(str(pathlib.Path(folder) / "tokenizer.json"))
    writer.define("model", tokenizer)
    long, short = "The embeddings of unaffable sentences, truncated.", "Shorter [SEP] one"
    for length in (None, 2, 3, 4, 5, 8, 11, 12, 13, 50):
        writer.encode(long, None, length)
        writer.encode(short, None, length, False)
    for length in (None, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 17, 18, 19, 30):
        for first, second in ((long, short), (short, long), (short, short), ("", long)):
            writer.encode(first, second, length)
    for length in (None, 0, 1, 2, 3, 7):
        writer.encode(long, short, length, False)
        writer.encode(short, long, length, False)
    for text in ("It's John's: we're sure, aren't we? I'm. They've", "unaffable do not ! . a , b ' c", "[MASK] and [SEP]", "", "漢字 é"):
        tokenizer.no_truncation()
        writer.decode(tokenizer.encode(text).ids)
    writer.decode([2008, 1005, 1055, 12155, 2079, 2025, 1050, 1005, 1056, 22269, 102, 2063, 0, 100, 103])
    for text in TEXTS:
        writer.encode(text)


def option_cases(writer, vocabulary, texts, source, count):
    """Each combination of the normaliser's options, on the hand-picked and on random texts."""
    options = [(False, None, True, True), (True, False, True, True), (False, True, True, True), (True, True, True, False),
               (True, None, False, False), (False, False, False, True)]
    for index, (lowercase, strip, clean, cjk) in enumerate(options):
        writer.define(f"options {index}", build(vocabulary, lowercase, strip, clean, cjk), lowercase=lowercase,
                      stripAccents=strip, cleanText=clean, splitCJK=cjk)
        for text in texts + [random_text(source) for _ in range(count)]:
            writer.encode(text)


def added_cases(writer, vocabulary, source, count):
    """Added tokens with every flag, before and after normalising."""
    for lowercase in (True, False):
        tokenizer = build(vocabulary, lowercase, None, True, True)
        tokenizer.add_tokens(ADDED)
        specials = [AddedToken(t, normalized=False, special=True) for t in SPECIALS]
        writer.define("added", tokenizer, specials + ADDED, lowercase=lowercase, stripAccents=None, cleanText=True, splitCJK=True)
        pieces = [t.content for t in ADDED] + ["É", " ", "  ", "a", "\u0301", ",", "\t", "[SEP]", "new Y", "漢", "z"]
        texts = ["".join(source.choice(pieces) for _ in range(source.randint(1, 8))) for _ in range(count)]
        for text in ADDED_TEXTS + texts:
            writer.encode(text)
        for text in ADDED_TEXTS[:8]:
            writer.decode(tokenizer.encode(text).ids)


def mark_cases(writer):
    """Every combining mark between spacing marks of classes 224, 9 and 216, whose offsets show where it was sorted to."""
    marks = [chr(c) for c in range(0x110000) if unicodedata.combining(chr(c)) and not unicodedata.decomposition(chr(c))]
    spacing = [m for m in marks if normalizers.BertNormalizer(strip_accents=True).normalize_str(m)]
    vocabulary = SPECIALS + ["a"] + ["##" + m for m in spacing]
    writer.line({"vocabulary": vocabulary})
    writer.define("marks", build(vocabulary, True, None, True, True), lowercase=True, stripAccents=None, cleanText=True,
                  splitCJK=True)
    for start in range(0, len(marks), 32):
        writer.encode(" ".join(f"a\u302e{m}\U0001d165{m}\u1b44" for m in marks[start : start + 32]))


def main():
    folder = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 24
    source = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 7)
    output = pathlib.Path(sys.argv[4]) if len(sys.argv) > 4 else OUTPUT
    writer = Writer()
    vocabulary = character_vocabulary(TEXTS + POOLS + ADDED_TEXTS)
    writer.line({"vocabulary": vocabulary})
    model_cases(writer, folder)
    option_cases(writer, vocabulary, [t for t in TEXTS if len(t) < 60], source, count)
    added_cases(writer, vocabulary, source, count)
    mark_cases(writer)
    output.write_text("\n".join(writer.lines) + "\n")


if __name__ == "__main__":
    main()
