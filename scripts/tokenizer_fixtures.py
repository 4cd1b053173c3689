#!/usr/bin/env python3
"""Makes Tests/Fixtures/tokenizers: small tokenizers of every kind, and what tokenizers 0.22 makes of hundreds of texts.

Usage: python3 scripts/tokenizer_fixtures.py (needs tokenizers 0.22 and sentencepiece; takes a minute)

NAME.json is a tokenizer trained on a few lines in several scripts. texts.jsonl has the texts, and NAME.txt for each of them eight
hexadecimal digits over ids, offsets, words, types, masks and names, as `summary` writes them; for the pairs of texts behind
them, and for what decoding gives. `--show NAME TEXT` prints a summary, to find out what differs. Training is not the same twice:
the files of one run belong together.
"""

import base64
import io
import json
import pathlib
import random
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Tests/Fixtures/tokenizers"

CORPUS = [
    "The quick brown fox jumps over the lazy dog. It's what we're told, isn't it? I'll say they've 12 or 1,234 reasons.",
    "Embeddings of sentences are vectors; a search finds the nearest ones. HTTPServer2 parses camelCase and snake_case words.",
    "Die schnelle braune Füchsin springt über den faulen Hund, weil sie's kann. Größe, Maße, Straße und Übermut.",
    "Ça va être une journée très ensoleillée à Besançon, n'est-ce pas ? L'été, les élèves étudient l'œuvre.",
    "Быстрая коричневая лиса прыгает через ленивую собаку. Это предложение написано по-русски.",
    "Η γρήγορη καφέ αλεπού πηδάει πάνω από το τεμπέλικο σκυλί. Αυτό είναι ελληνικά.",
    "素早い茶色の狐がのろまな犬を飛び越える。検索は最も近い文を見つけます。東京は日本の首都です。",
    "敏捷的棕色狐狸跳过懒狗。搜索会找到最近的句子。北京是中国的首都。",
    "빠른 갈색 여우가 게으른 개를 뛰어넘는다. 검색은 가장 가까운 문장을 찾는다.",
    "तेज़ भूरी लोमड़ी आलसी कुत्ते के ऊपर कूदती है। यह हिन्दी है।",
    "الثعلب البني السريع يقفز فوق الكلب الكسول. هذه جملة عربية.",
    "สุนัขจิ้งจอกสีน้ำตาลกระโดดข้ามสุนัขขี้เกียจ",
    "for i in range(10):\n    print(f'{i}: {names[i]}')  # prints\n\treturn x == y && !z\n\n\n}",
    "😀 emoji 👩‍👩‍👧 and flags 🇩🇪 are ﬁne; ½ ² № ™ Ⅷ too.",
]
SCALARS = (
    "abcxyzABCXYZ012  \t\n\r\u00a0\u3000.,!?'-_$`/\u3002¿éÉñÜÅǅİıßẞſệṩΐᾂ\u0301\u0323\u0308\u0327\u0345\u0344\u0f73\u0f71\u302e\u302f\u1b44"
    "각힣가ᄀ\u1161\u11a8漢字\uf900\U0002f800カガ\u3099ﾊﾟ\x00\x01\x7f\x85\u200b\u200d\ufeff\ufffd\u00ad\u2028\u2581▁кЙйλΣςאָ😀👩🏽🇩🇪नकि्𝒳ﬁ½²ⅧªʰǇ\u0600\u0903©☂\u20dd"
    "<>[]sSEPt\u0149ĿĲ№℡㍿\U0001d15e\U0001e944"
)
HOSTILE = [
    "", " ", "  ", "   a", "a   ", "\n", "\r\n", "\n\n\n", " \n \n x", "a\r\nb\rc\n", "\t\t", "\u3000\u3000", "\x00", "a\x00b", "\x01hello",
    "\u0301", "\u0301\u0323a", "e\u0301", "e\u0301\u0323 x", "\u0344", "\u0f73\u0f71\u0f72", "각힣가ᄀ", "\u1100\u1161\u11a8", "가\u11a8",
    "İIıi̇ß", "ǅ ǈ Σας ς ΣΑΣ", "ﬁ ½ ② Å Å Å", "①②③ ⅷ", "ｶﾞｷﾞ ﾊﾟ", "\u1e9b\u0323", "don't we'll I'M THEY'RE it'S o'ſ '  's", "''s '' `` ''",
    "1234567890 12 1 3.14 1,000", "x1y22z333", "²³ ½ Ⅷ ٣٤٥ 百", "<s>hello</s>", "<s> hello </s> <mask> <unk> <pad>", "a<mask>b  <mask>  c",
    "<|endoftext|>x<|endoftext|>", "[CLS] [SEP] [MASK] [UNK] [PAD]", "<0x41> <0xE6>", "▁a▁▁b ▁", "\u2581", "Ġa Ġ Ċ", "ĠĠ", "</w>a</w>", "##a ##",
    "NEW new  NEW", "a NEWb NEW", "<x>  <y>  <x><y> a<x>b", "été ÉTÉ e\u0301te\u0301", "aaaa" * 40, "ab" * 200, " " * 70, "\n" * 70, "é" * 120,
    "漢" * 120, "😀" * 60, "a\u0301" * 80, "x" * 300 + " y", "HelloWorld helloWORLD HELLO World ǅungla ªb ʰh", "snake_case camelCase kebab-case",
    "a/b//c\r\n/d", "https://example.com/path?x=1&y=2", "foo@bar.com", "!!!???...", "(((a)))", "$5.00 €3 £2", "\u200b\u200b a\u200bb", "\ufeffBOM",
    "a\u00adb", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea\U0001f1eb", "©\u200d®\u0301 ☂\u200d©\u0301", "\u0600a \u0600\u0301",
    "\u0903a\u0903", "क्क\u0301", "\r\u0301 \n\u0301", "e\u20dd \u3099カ", "\u2028a\u2029", "\u0085a\u0085", "\ufdd0\uffff\U0010ffff", "\ud7ff\ue000",
    "The embeddings of unaffable sentences.", "東京タワーは333mです。", "Straße größer ÜBER", "Ça va? Où ça, naïve façade.", "ไทย ที่นี่",
]


def random_texts(count, seed=11):
    source = random.Random(seed)
    words = " ".join(CORPUS).split(" ")
    texts = []
    for _ in range(count):
        kind = source.random()
        if kind < 0.4:
            texts.append("".join(source.choice(SCALARS) for _ in range(source.randint(1, 24))))
        elif kind < 0.7:
            pieces = [source.choice(words) if source.random() < 0.6 else source.choice(SCALARS) for _ in range(source.randint(1, 14))]
            texts.append("".join(piece + (" " if source.random() < 0.5 else "") for piece in pieces))
        else:
            few = [source.choice(SCALARS) for _ in range(3)] + [" ", "a"]
            texts.append("".join(source.choice(few) for _ in range(source.randint(1, 20))))
    return texts


def trained(model, trainer, normalizer=None, pre=None):
    tokenizer = Tokenizer(model)
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre:
        tokenizer.pre_tokenizer = pre
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def byte_trainer(size=500, specials=("<s>", "<pad>", "</s>", "<unk>", "<mask>"), alphabet=True):
    return trainers.BpeTrainer(
        vocab_size=size, show_progress=False, special_tokens=list(specials),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if alphabet else [])


def split(pattern, behavior="isolated", invert=False):
    return pre_tokenizers.Split(Regex(pattern), behavior, invert)


GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
SPACE = r"\s*[\r\n]+|\s+(?!\S)|\s+"
ANY = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
LLAMA3 = ANY + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + SPACE
QWEN2 = ANY + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + SPACE
QWEN35 = ANY + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|" + SPACE
CL100K = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
O200K = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{ANY}?|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{ANY}?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + SPACE
)
CLIP = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def byte_level(pattern, **model):
    """BPE over bytes with a regular expression of its own."""
    pre = pre_tokenizers.Sequence([split(pattern), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer = trained(models.BPE(**model), byte_trainer(specials=["<|endoftext|>"]), None, pre)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def template(tokenizer, single, pair, *tokens):
    return processors.TemplateProcessing(
        single=single, pair=pair, special_tokens=[(t, tokenizer.token_to_id(t)) for t in tokens])


def roberta(prefix):
    pre = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    tokenizer = trained(models.BPE(), byte_trainer(), None, pre)
    tokenizer.decoder = decoders.ByteLevel()
    ids = [(t, tokenizer.token_to_id(t)) for t in ("</s>", "<s>")]
    tokenizer.post_processor = processors.RobertaProcessing(*ids, trim_offsets=True, add_prefix_space=prefix)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    return tokenizer


def bytes_dropped():
    """Bytes that the training did not see have no token and are dropped."""
    tokenizer = trained(models.BPE(), byte_trainer(300, [], False), None, pre_tokenizers.ByteLevel(add_prefix_space=False))
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def qwen():
    tokenizer = byte_level(QWEN2)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.add_special_tokens(["<|im_start|>"])
    tokenizer.add_tokens([AddedToken("<x>", normalized=False), AddedToken("<y>", normalized=True, rstrip=True)])
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False), template(tokenizer, "$A <|endoftext|>", "$A $B <|endoftext|>", "<|endoftext|>")])
    return tokenizer


def llama3():
    tokenizer = byte_level(LLAMA3)
    state = json.loads(tokenizer.to_str())
    state["model"]["ignore_merges"] = True
    # A token that no merge makes, which whole words are all the same.
    state["model"]["vocab"]["Ġsentences"] = len(state["model"]["vocab"])
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.post_processor = template(
        tokenizer, "<|endoftext|> $A", "<|endoftext|> $A <|endoftext|>:1 $B:1", "<|endoftext|>")
    return tokenizer


BYTES = [f"<0x{b:02X}>" for b in range(256)]


def sentencepiece_bpe(normalizer, pre, decoder, fallback=True, extra=()):
    trainer = trainers.BpeTrainer(vocab_size=420, show_progress=False, special_tokens=["<unk>", "<s>", "</s>", *(BYTES if fallback else [])])
    tokenizer = trained(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=fallback), trainer, normalizer, pre)
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = [t for t in state["added_tokens"] if not t["content"].startswith("<0x")]
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.decoder = decoder
    tokenizer.add_tokens(list(extra))
    tokenizer.post_processor = template(tokenizer, "<s> $A", "<s> $A <s>:1 $B:1", "<s>")
    return tokenizer


def llama2():
    steps = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return sentencepiece_bpe(steps, None, decoder)


def llama_first():
    pre = pre_tokenizers.Metaspace("▁", "first", False)
    decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return sentencepiece_bpe(None, pre, decoder, extra=[AddedToken("<x>", normalized=False)])


def gemma():
    decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    extra = [AddedToken("\n\n", normalized=False), AddedToken("\n", normalized=False), AddedToken("▁▁", normalized=False), AddedToken("<x>")]
    return sentencepiece_bpe(
        normalizers.Replace(" ", "▁"), pre_tokenizers.Split(" ", "merged_with_previous"), decoder, extra=extra)


def no_fallback():
    return sentencepiece_bpe(normalizers.NFKC(), pre_tokenizers.Metaspace("▁", "always"), decoders.Metaspace("▁", "always"), False)


RULES = {"½": "1⁄2", "²": "2", "\u212b": "\u00c5", "ﬁ": "fi", "e\u0301": "é", "\u0301": "", "\u3000": " ", "\t": " ", "\n": " ", "\r": " ", "\r\n": " ",
         "\x01": "", "\u200b": " ", "ｶﾞ": "ガ", "ｶ": "カ", "№": "No", "①": "1", "㍿": "株式会社", "\ufeff": "", "…": "...", "a\u20dd": "ⓐ", "\u1fd3": "\u0390"}


def write_rules(path):
    """The map as SentencePiece reads it: two columns of scalars."""
    lines = ("\t".join(" ".join(f"{ord(c):X}" for c in text) for text in rule) + "\n" for rule in RULES.items())
    path.write_text("".join(lines))


def charsmap():
    """A small map of characters as SentencePiece compiles it: NFKC of some, spaces, what is dropped, and keys of several
    characters."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as proto

    path = FOLDER / "rules.tsv"
    write_rules(path)
    output = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS * 4), model_writer=output, vocab_size=400, character_coverage=1.0,
        normalization_rule_tsv=str(path), minloglevel=2, hard_vocab_limit=False, num_threads=1)
    path.unlink()
    model = proto.ModelProto()
    model.ParseFromString(output.getvalue())
    return model.normalizer_spec.precompiled_charsmap


def unigram(normalizer, pre, size=420, fallback=False, specials=("<s>", "<pad>", "</s>", "<unk>", "<mask>")):
    tokens = list(specials) + (BYTES if fallback else [])
    trainer = trainers.UnigramTrainer(vocab_size=size, show_progress=False, special_tokens=tokens, unk_token="<unk>")
    tokenizer = trained(models.Unigram(), trainer, normalizer, pre)
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = [t for t in state["added_tokens"] if not t["content"].startswith("<0x")]
    state["model"]["byte_fallback"] = fallback
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.post_processor = template(tokenizer, "<s> $A </s>", "<s> $A </s> </s> $B </s>", "<s>", "</s>")
    tokenizer.decoder = decoders.Metaspace("▁", "always")
    return tokenizer


def precompiled():
    state = {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap()).decode()}
    plain = json.loads(Tokenizer(models.WordLevel({"a": 0}, unk_token="a")).to_str())
    plain["normalizer"] = state
    return Tokenizer.from_str(json.dumps(plain)).normalizer


def xlm_roberta():
    steps = normalizers.Sequence([precompiled(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer = unigram(steps, pre_tokenizers.Metaspace("▁", "always"))
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    return tokenizer


def t5():
    pre = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("▁", "first")])
    return unigram(precompiled(), pre, 700, True)


def albert():
    steps = normalizers.Sequence([
        normalizers.Replace("``", '"'), normalizers.Replace("''", '"'), normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()])
    pre = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("▁", "always")])
    tokenizer = unigram(steps, pre)
    tokenizer.add_tokens([AddedToken("NEW", normalized=True), AddedToken("Été", normalized=True, single_word=True)])
    tokenizer.post_processor = template(tokenizer, "<s>:0 $A:0 </s>:0", "<s>:0 $A:0 </s>:0 $B:1 </s>:1", "<s>", "</s>")
    return tokenizer


def clip():
    steps = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    pre = pre_tokenizers.Sequence([split(CLIP, "removed", True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=900, show_progress=False, special_tokens=["<|startoftext|>", "<|endoftext|>"], end_of_word_suffix="</w>",
        initial_alphabet=alphabet)
    tokenizer = trained(models.BPE(end_of_word_suffix="</w>", unk_token="<|endoftext|>"), trainer, steps, pre)
    tokenizer.decoder = decoders.BPEDecoder("</w>")
    ids = [(t, tokenizer.token_to_id(t)) for t in ("<|endoftext|>", "<|startoftext|>")]
    tokenizer.post_processor = processors.RobertaProcessing(*ids, trim_offsets=False, add_prefix_space=False)
    return tokenizer


def starcoder():
    pre = pre_tokenizers.Sequence([pre_tokenizers.Digits(True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer = trained(models.BPE(), byte_trainer(specials=["<|endoftext|>"]), None, pre)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def continuing():
    trainer = trainers.BpeTrainer(vocab_size=500, show_progress=False, special_tokens=["<unk>"], continuing_subword_prefix="##")
    return trained(
        models.BPE(unk_token="<unk>", continuing_subword_prefix="##", fuse_unk=False), trainer, normalizers.NFD(), pre_tokenizers.Whitespace())


def characters(normalizer=None, pre=None, fuse=False):
    """Every character is a token of its own, unknown or not, so that every offset shows."""
    vocabulary = {c: i for i, c in enumerate(["<unk>", *"abcxyz ▁.é", "がA"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>", fuse_unk=fuse))
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre:
        tokenizer.pre_tokenizer = pre
    return tokenizer


def words(pre):
    vocabulary = {w: i for i, w in enumerate(["<unk>", "a", "b", "hello", "12", "1", ".", "-", " ", "the"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre
    return tokenizer


def tokenizers():
    yield "roberta", roberta(False)
    yield "roberta-prefix", roberta(True)
    yield "bytes-dropped", bytes_dropped()
    yield "qwen", qwen()
    yield "qwen-marks", byte_level(QWEN35)
    yield "llama3", llama3()
    yield "cl100k", byte_level(CL100K)
    yield "o200k", byte_level(O200K)
    yield "llama2", llama2()
    yield "llama-first", llama_first()
    yield "gemma", gemma()
    yield "no-fallback", no_fallback()
    yield "xlm-roberta", xlm_roberta()
    yield "t5", t5()
    yield "albert", albert()
    yield "clip", clip()
    yield "starcoder", starcoder()
    yield "continuing", continuing()
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        yield f"characters-{form.lower()}", characters(getattr(normalizers, form)())
    yield "characters-nmt", characters(normalizers.Sequence([normalizers.Nmt(), normalizers.Strip(), normalizers.Prepend("xy")]), None, True)
    yield "characters-map", characters(normalizers.Sequence([precompiled(), normalizers.StripAccents()]))
    yield "characters-bert", characters(normalizers.Sequence([normalizers.NFC(), normalizers.BertNormalizer(), normalizers.Strip(True, False)]),
                                        pre_tokenizers.BertPreTokenizer())
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        yield f"words-{behavior.replace('_', '-')}", words(pre_tokenizers.Sequence([
            pre_tokenizers.Split(" ", behavior), pre_tokenizers.Punctuation(behavior), split(r"\p{N}{1,3}", behavior)]))
        yield f"words-not-{behavior.replace('_', '-')}", words(split(r"\p{L}+", behavior, True))
    yield "words-digits", words(pre_tokenizers.Sequence([pre_tokenizers.Digits(False), pre_tokenizers.CharDelimiterSplit("-"), pre_tokenizers.Whitespace()]))


def summary(encoding):
    """What has to be the same, in one line."""
    columns = [encoding.ids, [x for pair in encoding.offsets for x in pair], ["-" if w is None else w for w in encoding.word_ids],
               encoding.type_ids, encoding.special_tokens_mask, ["-" if s is None else s for s in encoding.sequence_ids]]
    return "\n".join(",".join(map(str, column)) for column in columns) + "\n" + "\t".join(encoding.tokens)


def fnv(text):
    h = 0xCBF29CE484222325
    for byte in text.encode("utf-8", "surrogatepass"):
        h = (h ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{h & 0xFFFFFFFF:08x}"


def texts():
    shared = [json.loads(line)["text"] for line in (ROOT / "Tests/Fixtures/tokenize.jsonl").read_text().splitlines()]
    return CORPUS + HOSTILE + random_texts(700), [text for text in shared if len(text) < 2000][::4]


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--show":
        tokenizer = Tokenizer.from_file(str(FOLDER / f"{sys.argv[2]}.json"))
        return print(summary(tokenizer.encode(json.loads(sys.argv[3]))))
    FOLDER.mkdir(exist_ok=True)
    own, shared = texts()
    (FOLDER / "texts.jsonl").write_text("".join(json.dumps(text) + "\n" for text in own))
    for name, tokenizer in tokenizers():
        tokenizer.save(str(FOLDER / f"{name}.json"), pretty=False)
        tokenizer = Tokenizer.from_file(str(FOLDER / f"{name}.json"))
        digits = [fnv(summary(tokenizer.encode(text))) for text in own + shared]
        digits += [fnv(summary(tokenizer.encode(first, second))) for first, second in zip(own[:100], own[1:101])]
        for skip in (True, False):
            digits += [fnv(tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=skip)) for text in own[:150]]
        lines = ["".join(digits[start : start + 14]) for start in range(0, len(digits), 14)]
        (FOLDER / f"{name}.txt").write_text("\n".join(lines) + "\n")
        print(name, tokenizer.get_vocab_size(), len(digits))


if __name__ == "__main__":
    main()
