"""Changes of one member of config.json, tokenizer_config.json, and sentence-transformers' own files."""

from __future__ import annotations

import json
from pathlib import Path

from key_folders import POOLINGS, read, write

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
MISSING = object()


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
            {"text": {"max_length": 6}}, {"text": {"max_length": 64}}, {"text": {"add_special_tokens": False}}, {"text": {"truncation": False}}, {"text": {"padding": "max_length"}},
            {"text": {"stride": 2}}, {"chat_template": {}}, {"text": {"truncation_side": "left"}}, {"text": {"x": 1}}],
        "model_args": [{"attn_implementation": "eager"}, {"torch_dtype": "float32"}], "tokenizer_args": [{"model_max_length": 5}, {"truncation_side": "left"}],
        "config_args": [{"num_hidden_layers": 1}, {"hidden_act": "relu"}], "model_kwargs": [{"attn_implementation": "eager"}], "config_kwargs": [{"num_hidden_layers": 1}],
        "processor_kwargs": [{"model_max_length": 5}], "unpad_inputs": [True, False], "query_length": [5], "x": [1], "method": ["x"],
        "model_name_or_path": ["x"], "cache_dir": ["x"], "tokenizer_name_or_path": ["bert-base-uncased"], "backend": ["onnx"], "track_media_counts": [True],
    }.items():
        for value in [MISSING, *values]:
            yield member(settings, key, value=value)
