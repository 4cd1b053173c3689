"""Small models of every family, each with one member of one of its files changed: sentence-transformers' vectors, or a refusal that
names what is wrong.

A change that sentence-transformers itself does not load, or computes with weights that it draws at random, is to be refused.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from akin_program import PROGRAM, REPOSITORY, golden

os.environ["HF_HUB_OFFLINE"] = "1"
SIZES = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, max_position_embeddings=66)
FAMILIES = (
    "albert", "bert", "camembert", "distilbert", "electra", "gte", "modernbert", "mpnet", "nomic_bert", "qwen3", "roberta", "xlm-roberta")
# Members of config.json that say how something is computed and not what, or are a name; see ConfigurationMembers.swift.
UNTOUCHED = {"dtype", "torch_dtype", "transformers_version", "_attn_implementation", "attn_implementation", "model_type"}
STRINGS = {
    "hidden_act": ["relu", "gelu_new", "silu", "gelu_pytorch_tanh", "swish", "gelu_fast", "quick_gelu", "tanh", "mish", "linear"],
    "position_embedding_type": ["absolute", "relative_key", "relative_key_query", "alibi", "rope", "x"],
    "layer_types": [],
    "classifier_pooling": ["cls", "mean"],
}
for _name in ("activation", "hidden_activation", "activation_function", "classifier_activation"):
    STRINGS[_name] = STRINGS["hidden_act"]
# Members that a configuration may have and usually leaves out.
RARE = {
    "is_decoder": [True], "is_causal": [True, False, None], "add_cross_attention": [True], "tie_word_embeddings": [True, False],
    "chunk_size_feed_forward": [1], "position_embedding_type": STRINGS["position_embedding_type"], "use_bidirectional_attention": [True],
    "rope_scaling": [
        {"rope_type": "linear", "factor": 2.0}, {"type": "linear", "factor": 2.0}, {"rope_type": "dynamic", "factor": 2.0},
        {"rope_type": "yarn", "factor": 2.0}, {"rope_type": "default"}, {"type": "ntk", "factor": 2.0}],
    "rope_parameters": [
        {"rope_type": "linear", "factor": 2.0, "rope_theta": 500.0}, {"rope_type": "default", "rope_theta": 50.0}, {"rope_theta": 70.0},
        {"rope_type": "default", "rope_theta": 50.0, "partial_rotary_factor": 0.5}],
    "rope_theta": [100.0, 1000000], "partial_rotary_factor": [0.5], "pruned_heads": [{"0": [0]}], "torchscript": [True],
    "use_bfloat16": [True], "prefix": ["x"], "problem_type": ["regression"], "architectures": [["BertForMaskedLM"], None, ["X"], []],
    "auto_map": [{"AutoModel": "modeling.X"}], "quantization_config": [{"quant_method": "bitsandbytes", "load_in_8bit": True}],
    "num_labels": [1, 3], "id2label": [{"0": "x"}], "output_hidden_states": [True], "return_dict": [False], "output_attentions": [True],
    "tokenizer_class": ["BertJapaneseTokenizer", "BertTokenizer", "XLMRobertaTokenizer", "PreTrainedTokenizerFast", "X"],
    "embedding_size": [16, 32], "logit_scale": [2.0], "max_length": [5], "truncation": [True], "sliding_window": [4], "use_cache": [True],
    "layer_norm_type": ["rms_norm"], "pack_qkv": [False], "logn_attention_scale": [True], "adapter_fusion_config": [{"x": 1}],
}


def other(key: str, value) -> list:
    """Further values of a member of config.json."""
    values = list(RARE.get(key, []))
    if isinstance(value, bool):
        values += [not value]
    elif isinstance(value, int):
        values += [value + 1, value - 1, value * 2, str(value), float(value)]
    elif isinstance(value, float):
        values += [value * 1.5 + 0.25, value * 2]
    elif isinstance(value, str):
        values += STRINGS.get(key, ["x"])
    elif isinstance(value, list):
        values += [value[::-1], value[1:], []]
    elif value is None:
        values += [True, 1, "x"]
    elif isinstance(value, dict):
        values += [{}]
    return [None, *(one for one in values if one != value or type(one) is not type(value))]


def word_pieces(names: dict, template: str, texts):
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token=names["unk_token"]))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    specials = [names[one] for one in ("cls_token", "pad_token", "sep_token", "unk_token", "mask_token")]
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=700, special_tokens=specials, show_progress=False))
    return framed(tokenizer, names, template)


def byte_pairs(names: dict, template: str, texts, specials=None, before=None, normalizer=None):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = before or pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    specials = specials or [names[one] for one in ("cls_token", "pad_token", "sep_token", "unk_token", "mask_token")]
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(
            vocab_size=700, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return framed(tokenizer, names, template)


def unigram(names: dict, template: str, texts, normalizer=None):
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer or normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(" {2,}", " ")])
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    specials = [names[one] for one in ("cls_token", "pad_token", "sep_token", "unk_token", "mask_token")]
    tokenizer.train_from_iterator(
        texts, trainers.UnigramTrainer(
            vocab_size=6000, special_tokens=specials, unk_token=names["unk_token"], show_progress=False))
    return framed(tokenizer, names, template)


def framed(tokenizer, names: dict, template: str):
    from tokenizers import processors

    if template == "roberta":
        ids = [(names[one], tokenizer.token_to_id(names[one])) for one in ("sep_token", "cls_token")]
        tokenizer.post_processor = processors.RobertaProcessing(*ids, add_prefix_space=False)
    else:
        ids = {token: tokenizer.token_to_id(token) for token in template.split() if not token.startswith("$")}
        tokenizer.post_processor = processors.TemplateProcessing(template, special_tokens=list(ids.items()))
    return tokenizer


BERT_NAMES = dict(cls_token="[CLS]", pad_token="[PAD]", sep_token="[SEP]", unk_token="[UNK]", mask_token="[MASK]")
ROBERTA_NAMES = dict(
    cls_token="<s>", pad_token="<pad>", sep_token="</s>", unk_token="<unk>", mask_token="<mask>", bos_token="<s>", eos_token="</s>")


def tokenizer_of(family: str, texts):
    import transformers as t
    from tokenizers import Regex, normalizers, pre_tokenizers

    if family in ("roberta",):
        return t.RobertaTokenizerFast(tokenizer_object=byte_pairs(ROBERTA_NAMES, "roberta", texts), **ROBERTA_NAMES)
    if family in ("xlm-roberta", "gte"):
        return t.XLMRobertaTokenizerFast(tokenizer_object=unigram(ROBERTA_NAMES, "<s> $A </s>", texts), **ROBERTA_NAMES)
    if family == "camembert":
        return t.CamembertTokenizerFast(tokenizer_object=unigram(ROBERTA_NAMES, "<s> $A </s>", texts), **ROBERTA_NAMES)
    if family == "albert":
        names = dict(cls_token="[CLS]", pad_token="<pad>", sep_token="[SEP]", unk_token="<unk>", mask_token="[MASK]")
        return t.AlbertTokenizerFast(tokenizer_object=unigram(names, "[CLS] $A [SEP]", texts), **names)
    if family == "mpnet":
        names = dict(cls_token="<s>", pad_token="<pad>", sep_token="</s>", unk_token="[UNK]", mask_token="<mask>")
        return t.MPNetTokenizerFast(tokenizer_object=word_pieces(names, "<s> $A </s>", texts), **names)
    if family == "qwen3":
        split = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(
                r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
                "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
        specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
        return t.PreTrainedTokenizerFast(
            tokenizer_object=byte_pairs({}, "$A <|endoftext|>", texts, specials, split, normalizers.NFC()), eos_token="<|im_end|>",
            pad_token="<|endoftext|>", padding_side="left")
    if family == "modernbert":
        return t.PreTrainedTokenizerFast(
            tokenizer_object=byte_pairs(BERT_NAMES, "[CLS] $A [SEP]", texts, normalizer=normalizers.NFC()),
            model_input_names=["input_ids", "attention_mask"], **BERT_NAMES)
    kind = {"electra": t.ElectraTokenizerFast, "distilbert": t.DistilBertTokenizerFast}.get(family, t.BertTokenizerFast)
    return kind(tokenizer_object=word_pieces(BERT_NAMES, "[CLS] $A [SEP]", texts), **BERT_NAMES)


def folder_of(family: str, folder: Path, texts) -> None:
    """A folder as sentence-transformers saves it."""
    import transformers as t

    sys.path.append(str(REPOSITORY / "scripts"))
    from family_fixtures import randomize

    tokenizer = tokenizer_of(family, texts)
    ids = {one: getattr(tokenizer, one) for one in ("pad_token_id", "bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id")}
    own = {
        "distilbert": dict(dim=32, n_layers=2, n_heads=4, hidden_dim=48), "qwen3": dict(num_key_value_heads=2, head_dim=8),
        "electra": dict(embedding_size=16), "albert": dict(embedding_size=16), "modernbert": dict(local_attention=8, num_hidden_layers=4),
    }.get(family, {})
    known = t.AutoConfig.for_model(family).to_dict()
    sizes = {key: value for key, value in {**SIZES, **ids}.items() if key in known and value is not None}
    model = t.AutoModel.from_config(t.AutoConfig.for_model(family, vocab_size=len(tokenizer) + 3, **{**sizes, **own}))
    randomize(model, 5)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    modules = [
        {"idx": index, "name": str(index), "path": path, "type": "sentence_transformers.models." + kind}
        for index, (kind, path) in enumerate([("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")])]
    write(folder / "modules.json", modules)
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    pooling = {"word_embedding_dimension": 32, **{f"pooling_mode_{one}": one == "mean_tokens" for one in POOLINGS}}
    write(folder / "1_Pooling/config.json", pooling)
    write(folder / "sentence_bert_config.json", {"max_seq_length": 60, "do_lower_case": False})
    write(folder / "config_sentence_transformers.json", {"prompts": {}, "default_prompt_name": None, "similarity_fn_name": "cosine"})


POOLINGS = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken")


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def write(path: Path, value) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


MISSING = object()


def member(file: str, *path, value):
    """Sets a member of a file of JSON, or takes it out."""
    def change(folder: Path):
        root = read(folder / file) if (folder / file).exists() else {}
        inner = root
        for key in path[:-1]:
            inner = inner[key]
        if value is MISSING:
            inner.pop(path[-1], None)
        else:
            inner[path[-1]] = value
        write(folder / file, root)

    shown = "gone" if value is MISSING else json.dumps(value, ensure_ascii=False)
    shown = shown if len(shown) < 120 else "..." + shown[-120:]
    return f"{file} {'.'.join(map(str, path))} = {shown}", change, str(path[-1])


def configuration_changes(folder: Path):
    config = read(folder / "config.json")
    for key in sorted({*config, *RARE} - UNTOUCHED):
        for value in [MISSING, *other(key, config.get(key))]:
            if key in config or value not in (MISSING, None):
                yield member("config.json", key, value=value)


TOKENIZER_SETTINGS = {
    "do_lower_case": [True, False, None], "strip_accents": [True, False, None], "tokenize_chinese_chars": [True, False],
    "model_max_length": [7, 1000000000000000019884624838656, None, 7.0], "truncation_side": ["left", "right"],
    "padding_side": ["left", "right"], "clean_up_tokenization_spaces": [True, False], "add_prefix_space": [True, False],
    "trim_offsets": [True, False], "split_special_tokens": [True, False], "additional_special_tokens": [["fire"], ["<x>"], []],
    "extra_special_tokens": [["fire"], {"x_token": "<x>"}, [], {}],
    "tokenizer_class": [
        "BertTokenizer", "BertTokenizerFast", "PreTrainedTokenizerFast", "TokenizersBackend", "RobertaTokenizer", "RobertaTokenizerFast",
        "XLMRobertaTokenizer", "CamembertTokenizer", "AlbertTokenizer", "MPNetTokenizer", "DistilBertTokenizer", "ElectraTokenizer",
        "LlamaTokenizer", "GPT2Tokenizer", "Qwen2Tokenizer", "GemmaTokenizer", "T5Tokenizer", "BertJapaneseTokenizer", "X", None],
    "add_bos_token": [True, False], "add_eos_token": [True, False], "add_special_tokens": [True, False], "use_fast": [True, False],
    "legacy": [True, False], "do_basic_tokenize": [True, False], "never_split": [["fire"], None], "keep_accents": [True, False],
    "remove_space": [True, False], "errors": ["replace", "strict"], "sp_model_kwargs": [{}, {"enable_sampling": True}],
    "wordpieces_prefix": ["##", "@@"], "max_length": [6], "stride": [2], "truncation": [True], "truncation_strategy": ["only_first"],
    "pad_to_multiple_of": [8], "max_len": [7], "from_slow": [True], "backend": ["tokenizers"], "is_local": [True],
    "unk_token": ["[UNK]", "<unk>", "fire", None], "cls_token": ["<s>", "fire"], "sep_token": ["fire"], "pad_token": ["fire", "<p>"],
    "mask_token": ["fire", {"content": "<mask>", "lstrip": True, "__type": "AddedToken"}], "bos_token": ["fire", None],
    "eos_token": ["fire", None], "model_input_names": [["input_ids"], ["input_ids", "token_type_ids", "attention_mask"]],
    "added_tokens_decoder": [{"30": {"content": "fire", "lstrip": True, "rstrip": True, "normalized": False, "single_word": True, "special": True}}],
    "max_input_chars_per_word": [3], "chat_template": ["x"], "name_or_path": ["x"], "auto_map": [{"AutoTokenizer": [None, "t.X"]}],
    "vocab_size": [5], "do_normalize": [False], "language": ["x"], "replace_additional_special_tokens": [False],
}


def tokenizer_setting_changes(folder: Path):
    for key, values in TOKENIZER_SETTINGS.items():
        for value in [MISSING, *values]:
            yield member("tokenizer_config.json", key, value=value)


def pooling_changes(folder: Path):
    file = "1_Pooling/config.json"
    for one in POOLINGS:
        yield member(file, f"pooling_mode_{one}", value=True)
        yield member(file, f"pooling_mode_{one}", value=None)
    for mode in ("cls", "mean", "max", "mean_sqrt_len_tokens", "weightedmean", "lasttoken", "x", ["cls", "mean"], ("mean", "max"), [], None):
        yield member(file, "pooling_mode", value=mode)
    for key, values in {
        "include_prompt": [False, None], "word_embedding_dimension": [16, None, MISSING], "embedding_dimension": [32, 16],
        "pooling_mode_mean_tokens": [False, MISSING, 1, "true"], "x": [1],
    }.items():
        for value in values:
            yield member(file, key, value=value)
    settings = "config_sentence_transformers.json"
    for key, values in {
        "prompts": [{"q": "find it: "}, None, {"q": ""}, {"q": 1}], "default_prompt_name": ["q", "none"],
        "similarity_fn_name": ["dot", "dot_score", "euclidean", "manhattan", "x", None], "truncate_dim": [8, 0, None, 64, -1],
        "model_type": ["SentenceTransformer", "SparseEncoder", "CrossEncoder", "X"], "__version__": [{"sentence_transformers": "9.0.0"}],
        "trust_remote_code": [True], "x": [1],
    }.items():
        for value in [MISSING, *values]:
            yield member(settings, key, value=value)
    settings = "sentence_bert_config.json"
    for key, values in {
        "max_seq_length": [5, 3, 2, 1, 0, None, 64, 66, 100, 512], "do_lower_case": [True, None], "transformer_task": ["feature-extraction", "fill-mask", "x"],
        "modality_config": [{"text": {"method": "forward", "method_output_name": "last_hidden_state"}}, {"text": {"method": "forward", "method_output_name": "pooler_output"}}],
        "module_output_name": ["token_embeddings", "sentence_embedding"], "processing_kwargs": [
            {"text": {"max_length": 6}}, {"text": {"add_special_tokens": False}}, {"text": {"truncation": False}}, {"text": {"padding": "max_length"}},
            {"text": {"stride": 2}}, {"chat_template": {}}, {"text": {"truncation_side": "left"}}, {"text": {"x": 1}}],
        "model_args": [{"attn_implementation": "eager"}, {"torch_dtype": "float32"}], "tokenizer_args": [{"model_max_length": 5}, {"truncation_side": "left"}],
        "config_args": [{"num_hidden_layers": 1}, {"hidden_act": "relu"}], "model_kwargs": [{"attn_implementation": "eager"}], "config_kwargs": [{"num_hidden_layers": 1}],
        "processor_kwargs": [{"model_max_length": 5}], "unpad_inputs": [True, False], "query_length": [5], "x": [1], "method": ["x"],
        "model_name_or_path": ["x"], "cache_dir": ["x"], "tokenizer_name_or_path": ["bert-base-uncased"], "backend": ["onnx"], "track_media_counts": [True],
    }.items():
        for value in [MISSING, *values]:
            yield member(settings, key, value=value)


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


def moved(folder: Path):
    """Layouts of folders, which are no members."""
    def shards(folder: Path):
        from safetensors.torch import load_file, save_file

        tensors = load_file(folder / "model.safetensors")
        names = sorted(tensors)
        parts = {f"model-0000{part + 1}-of-00003.safetensors": names[part::3] for part in range(3)}
        for file, part in parts.items():
            save_file({name: tensors[name] for name in part}, folder / file, metadata={"format": "pt"})
        index = {name: file for file, part in parts.items() for name in part}
        write(folder / "model.safetensors.index.json", {"metadata": {"total_size": 1}, "weight_map": index})
        (folder / "model.safetensors").unlink()

    def lost_shard(folder: Path):
        shards(folder)
        (folder / "model-00002-of-00003.safetensors").unlink()

    def transformer_folder(name):
        def change(folder: Path):
            (folder / name).mkdir()
            for file in list(folder.iterdir()):
                if file.is_file() and file.name not in ("modules.json", "config_sentence_transformers.json"):
                    file.rename(folder / name / file.name)
            modules = read(folder / "modules.json")
            modules[0]["path"] = name
            write(folder / "modules.json", modules)
        return change

    def types(*names):
        def change(folder: Path):
            modules = read(folder / "modules.json")
            for module, name in zip(modules, names):
                module["type"] = name
            write(folder / "modules.json", modules)
        return change

    def modules(edit):
        def change(folder: Path):
            value = read(folder / "modules.json")
            write(folder / "modules.json", edit(value))
        return change

    def without(*names):
        def change(folder: Path):
            for name in names:
                path = folder / name
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        return change

    def tensors(edit):
        def change(folder: Path):
            from safetensors.torch import load_file, save_file

            found = edit(load_file(folder / "model.safetensors"))
            save_file({name: value.contiguous() for name, value in found.items()}, folder / "model.safetensors", metadata={"format": "pt"})
        return change

    prefix = {"nomic_bert": "nomic_bert.", "xlm-roberta": "roberta.", "camembert": "roberta.", "modernbert": "model.", "qwen3": "model."}
    family = read(folder / "config.json")["model_type"]
    yield "three shards", shards, ""
    yield "a shard is missing", lost_shard, "model-00002-of-00003"
    for name in ("0_Transformer", "0_transformer", "encoder"):
        yield f"the transformer in {name}", transformer_folder(name), ""
    new = ("sentence_transformers.base.modules.transformer.Transformer", "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
           "sentence_transformers.sentence_transformer.modules.normalize.Normalize")
    yield "types of sentence-transformers 6", types(*new), ""
    yield "types of a module of its own", types("sentence_transformers.models.Transformer.Transformer", "sentence_transformers.models.Pooling.Pooling"), ""
    yield "a type of custom code", types("custom_st.Transformer"), "custom_st"
    yield "no Normalize", modules(lambda found: found[:2]), ""
    yield "no Pooling", modules(lambda found: [found[0], found[2]]), ""
    yield "Normalize before Pooling", modules(lambda found: [found[0], found[2], found[1]]), ""
    yield "Pooling twice", modules(lambda found: [found[0], found[1], found[1]]), ""
    yield "other order of idx", modules(lambda found: [dict(found[0], idx=2), dict(found[1], idx=0), dict(found[2], idx=1)]), ""
    yield "no modules", modules(lambda found: []), ""
    yield "no modules.json", without("modules.json"), ""
    yield "no sentence_bert_config.json", without("sentence_bert_config.json"), ""
    yield "no config_sentence_transformers.json", without("config_sentence_transformers.json"), ""
    yield "no tokenizer_config.json", without("tokenizer_config.json"), ""
    yield "no tokenizer.json", without("tokenizer.json"), ""
    yield "no tokenizer files", without("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"), ""
    yield "no config of Pooling", without("1_Pooling/config.json"), ""
    yield "no weights", without("model.safetensors"), ""
    yield "with a prefix", tensors(lambda found: {prefix.get(family, family + ".") + name: value for name, value in found.items()}), ""
    yield "with a wrong prefix", tensors(lambda found: {"x." + name: value for name, value in found.items()}), ""
    yield "in float16", tensors(lambda found: {name: value.half() for name, value in found.items()}), ""
    yield "one tensor more", tensors(lambda found: {**found, "x.weight": next(iter(found.values())) * 1}), ""
    yield "one tensor less", tensors(lambda found: dict(sorted(found.items())[:-1])), ""


SWEEPS = {
    "config": configuration_changes, "settings": tokenizer_setting_changes, "pooling": pooling_changes, "tokenizer": tokenizer_changes,
    "layout": moved,
}
# What sentence-transformers does not load and Akin does: a number as 2.0 or "2", a null for a default, and what fails in some texts
# alone (a word without token, a token or a position without row), of which the others have their vectors.
TOLERATED = (
    "StrictDataclass", "TypeError", "AttributeError", "IndexError", "out of bounds", "Missing [UNK] token", "processing class",
    "custom modality_config")
# What is told by another name than the member's, and what Akin refuses on purpose: a part of the change, and why.
KNOWN: list[tuple[str, str]] = [
    ("model.continuing_subword_prefix = \"@@\"", "the merges then join nothing"),
]


class Sweep:
    def __init__(self, texts: list[str], cache: Path):
        self.texts, self.cache = texts, cache
        self.input = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts).encode()

    def akin(self, folder: Path):
        """The vectors, or the refusal."""
        done = subprocess.run(
            [str(PROGRAM), "embed", "--model", str(folder), "--precision", "f32", "--json", "--json-lines"], input=self.input,
            capture_output=True, env={**os.environ, "AKIN_CACHE": str(self.cache)}, timeout=2000, check=False)
        if done.returncode:
            return done.stderr.decode()
        return np.array([json.loads(line)["embedding"] for line in done.stdout.splitlines()])

    def reference(self, folder: Path, times: int):
        """sentence-transformers' vectors, or why it has none: an error, or weights that it draws at random."""
        from sentence_transformers import SentenceTransformer

        found = []
        try:
            for _ in range(times):
                model = SentenceTransformer(str(folder), device="cpu", local_files_only=True).float()
                found.append(np.asarray(model.encode(self.texts, batch_size=16, show_progress_bar=False), np.float32))
        except BaseException as error:  # noqa: BLE001
            return f"{type(error).__name__}: {error}"[:200]
        if found[0].shape != found[-1].shape or not np.array_equal(found[0], found[-1]):
            return "random weights"
        return found[0]

    def problem(self, folder: Path, name: str, key: str):
        # Weights that are not in the folder differ from one time to the next.
        expected, found = self.reference(folder, 2 if key == "" or name.startswith("config.json") else 1), self.akin(folder)
        refuses, isRefused = isinstance(found, str), isinstance(expected, str)
        if refuses and ("Fatal error" in found or not found.strip()):
            return f"{name}: Akin ends without a reason: {found[-200:]!r}"
        if isRefused:
            isOfType = any(part in expected for part in TOLERATED)
            return None if refuses or isOfType else f"LOADS {name}: sentence-transformers: {expected[:150]!r}"
        if refuses:
            isNamed = bool(key) and key in found or "added token" in found
            return None if isNamed else f"REFUSES {name}: {found.strip()[-350:]!r}"
        if found.shape != expected.shape:
            return f"SHAPE {name}: {found.shape}, expected {expected.shape}"
        worst = np.abs(found - expected).max(axis=-1)
        if not worst.max() <= 1e-5:
            return f"WRONG {name}: {worst.max():.1e} in {(worst > 1e-5).sum()} of {len(worst)}, {self.texts[int(worst.argmax())][:40]!r}"
        return None


def texts() -> list[str]:
    lines = [line["text"] for line in golden("tokenize.jsonl")]
    chosen = [text for text in lines[::9] if text.strip()][:34]
    own = ["fire", "Fire on the hill, firefighters", "Ünïcödé Straße ﬁne № ½", "a  b\t c\n d", " leading", "trailing ", "<mask> x [MASK] y",
           "[CLS]", "</s> a <s>", "日本語 テキスト", "x" * 120, "fire fire  fire ," * 12, "e\u0301te\u0301", "123 4567", "don't stop"]
    return chosen + own


def sweep(family: str, kinds, report) -> int:
    import transformers
    from transformers.utils import logging

    warnings.filterwarnings("ignore")
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    count = 0
    with tempfile.TemporaryDirectory(prefix="akin-keys-") as work:
        corpus = [line["text"] for line in golden("tokenize.jsonl")] + [line["text"] for line in golden("embed.jsonl")]
        plain, changed = Path(work) / family, Path(work) / "changed"
        folder_of(family, plain, corpus)
        runner = Sweep(texts(), Path(work) / "cache")
        changes = [("as it is", lambda folder: None, "")]
        for kind in kinds:
            changes += SWEEPS[kind](plain)
        for name, change, key in changes:
            shutil.rmtree(changed, ignore_errors=True)
            shutil.copytree(plain, changed)
            try:
                change(changed)
            except (KeyError, IndexError, TypeError):
                continue
            count += 1
            problem = runner.problem(changed, name, key)
            if problem and not any(part in name for part, _ in KNOWN):
                report(f"{family}: {problem}")
    return count


@unittest.skipUnless(find_spec("sentence_transformers"), "needs sentence-transformers")
class KeyTests(unittest.TestCase):
    def test_a_changed_folder_is_computed_as_it_says_or_refused(self):
        """AKIN_KEY_FAMILIES names some of the families: all take a quarter of an hour."""
        for family in os.environ.get("AKIN_KEY_FAMILIES", ",".join(FAMILIES)).split(","):
            with self.subTest(family=family):
                problems: list[str] = []
                print(f"{family}: {sweep(family, SWEEPS, problems.append)} folders")
                self.assertEqual(problems, [])


if __name__ == "__main__":
    if sys.argv[1:2] == ["sweep"]:
        total = sum(sweep(family, sys.argv[3].split(",") if len(sys.argv) > 3 else SWEEPS, lambda line: print(line, flush=True))
                    for family in sys.argv[2].split(","))
        print("changes:", total)
    else:
        unittest.main()
