"""Changes of tokenizer.json, and of the files of tokens beside it."""

from __future__ import annotations

from pathlib import Path

from key_folders import read
from key_members import MISSING, member


def tokenizer_changes(folder: Path):
    root = read(folder / "tokenizer.json")
    file = "tokenizer.json"
    added = root["added_tokens"]

    def token(content, id=40, **flags):
        return {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False, **flags}

    # One that the vocabulary lacks, whose id is the next, and one that it has.
    words = vocabulary(root)
    known = max((word for word in words if word.isascii() and word.isalpha() and len(word) < 8), key=len)
    beyond = max(len(words), *(one["id"] + 1 for one in added))
    for flag in ("single_word", "lstrip", "rstrip", "normalized", "special"):
        for value in (True, False):
            yield member(file, "added_tokens", value=[*added, token("fire", beyond, **{flag: value})])
            yield member(file, "added_tokens", value=[*added, token(known, words.index(known), **{flag: value})])
            for index in range(min(5, len(added))):
                yield member(file, "added_tokens", index, flag, value=value)
    yield member(file, "added_tokens", value=[])
    yield member(file, "added_tokens", value=[*added, token("Fire", beyond, normalized=True), token("é", beyond + 1)])
    yield member(file, "added_tokens", value=[*added, token("beyond", 100000)])
    for cut in (
        None, *({"direction": side, "max_length": length, "strategy": strategy, "stride": stride}
                for side in ("Left", "Right") for length in (6, 500) for strategy in ("LongestFirst", "OnlyFirst", "OnlySecond")
                for stride in (0, 2))):
        yield member(file, "truncation", value=cut)
    for padding in (
        {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": 8, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
        {"strategy": {"Fixed": 30}, "direction": "Left", "pad_to_multiple_of": None, "pad_id": 1, "pad_type_id": 1, "pad_token": "x"}):
        yield member(file, "padding", value=padding)
    for normalizer in (
        None, {"type": "NFC"}, {"type": "NFKD"}, {"type": "Lowercase"}, {"type": "StripAccents"}, {"type": "Strip", "strip_left": True, "strip_right": False},
        {"type": "Replace", "pattern": {"String": "a"}, "content": "e"}, {"type": "Prepend", "prepend": "x"}, {"type": "Nmt"},
        {"type": "Replace", "pattern": {"Regex": "a+"}, "content": "e"}, {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}]},
        {"type": "Sequence", "normalizers": []}, {"type": "X"}, {"type": "ByteLevel"},
        *({"type": "BertNormalizer", "clean_text": a, "handle_chinese_chars": b, "strip_accents": c, "lowercase": d}
          for a in (True, False) for b in (True, False) for c in (True, False, None) for d in (True, False))):
        yield member(file, "normalizer", value=normalizer)
    for before in (
        None, {"type": "BertPreTokenizer"}, {"type": "Whitespace"}, {"type": "WhitespaceSplit"}, {"type": "Punctuation", "behavior": "Isolated"},
        {"type": "Digits", "individual_digits": True}, {"type": "Split", "pattern": {"String": " "}, "behavior": "Removed", "invert": False},
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": True}, {"type": "UnicodeScripts"}, {"type": "X"},
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}, {"type": "CharDelimiterSplit", "delimiter": "a"},
        {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}, {"type": "Sequence", "pretokenizers": []},
        {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}]},
        {"type": "FixedLength", "length": 5}):
        yield member(file, "pre_tokenizer", value=before)
    names = {one["content"]: one["id"] for one in added}
    first, last = (list(names) + ["", ""])[0], (list(names) + ["", "", ""])[2]
    piece = {"Sequence": {"id": "A", "type_id": 0}}
    special = lambda name, type_id=0: {"SpecialToken": {"id": name, "type_id": type_id}}  # noqa: E731
    tokens = {name: {"id": name, "ids": [number], "tokens": [name]} for name, number in names.items()}
    pair = [piece, {"Sequence": {"id": "B", "type_id": 1}}]
    for single in ([piece], [special(first), piece], [piece, special(last)], [special(last), piece, special(first)],
                   [special(first), special(first), piece], [special(first, 1), {"Sequence": {"id": "A", "type_id": 1}}]):
        yield member(file, "post_processor", value={"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": tokens})
    for processor in (
        None, {"type": "BertProcessing", "sep": [last, names[last]], "cls": [first, names[first]]}, {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False},
        {"type": "RobertaProcessing", "sep": [last, names[last]], "cls": [first, names[first]], "trim_offsets": True, "add_prefix_space": True},
        {"type": "Sequence", "processors": [root["post_processor"]]}, {"type": "X"}):
        yield member(file, "post_processor", value=processor)
    for key, values in {
        "unk_token": ["fire", None], "continuing_subword_prefix": ["", "@@", None], "max_input_chars_per_word": [3], "byte_fallback": [True, False],
        "fuse_unk": [True, False], "ignore_merges": [True, False], "end_of_word_suffix": ["</w>", ""], "dropout": [0.0, 0.5], "unk_id": [1, 3, None],
        "type": ["WordPiece", "BPE", "Unigram", "WordLevel", "X"],
    }.items():
        for value in [MISSING, *values]:
            if key in root["model"] or value is not MISSING:
                yield member(file, "model", key, value=value)
    for key in ("decoder", "version", "model", "padding"):
        yield member(file, key, value=MISSING)
    yield member(file, "x", value=1)
    yield member("special_tokens_map.json", "cls_token", value="fire")
    yield member("special_tokens_map.json", "unk_token", value={"content": "fire", "lstrip": True})
    yield member("special_tokens_map.json", "additional_special_tokens", value=["fire"])
    yield member("added_tokens.json", "fire", value=50)
    yield member("added_tokens.json", "beyond", value=len(vocabulary(root)))


def vocabulary(root) -> list[str]:
    vocab = root["model"]["vocab"]
    return [one[0] for one in vocab] if isinstance(vocab, list) else sorted(vocab, key=vocab.get)
