#!/usr/bin/env python3
"""Makes Tests/Fixtures/tokenizers/classes.jsonl: what transformers 5 makes of hundreds of texts with a tokenizer.json and a class.

Usage: python3 scripts/tokenizer_class_fixtures.py (needs transformers 5)

A class of transformers takes the vocabulary of a tokenizer.json, and builds the other parts itself. A line has the tokenizer
(`base`.json), what stands in tokenizer_config.json and config.json, and for each line of texts.jsonl eight hexadecimal digits over its
ids and offsets. Bases are chosen whose own parts differ from what the class builds.
"""

import json
import os
import pathlib
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
from transformers import AutoTokenizer  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Tests/Fixtures/tokenizers"
XLM = "XLMRobertaTokenizer"
# Name, tokenizer, class, model_type and further settings.
CASES = [
    ("xlm-roberta", "xlm-roberta", XLM, "xlm-roberta", {}),
    ("xlm-roberta of BERT's shape", "xlm-roberta", XLM + "Fast", "bert", {}),
    ("xlm-roberta without a prefix", "xlm-roberta", XLM, "xlm-roberta", {"add_prefix_space": False}),
    ("xlm-roberta of a T5 file", "t5", XLM, "xlm-roberta", {}),
    ("xlm-roberta of an ALBERT file", "albert", XLM, "xlm-roberta", {}),
    ("xlm-roberta by the kind of model", "xlm-roberta", None, "xlm-roberta", {}),
    ("gte by the kind of model", "xlm-roberta", None, "gte", {}),
    ("camembert", "xlm-roberta", "CamembertTokenizer", "camembert", {"additional_special_tokens": []}),
    ("albert", "sentencepiece/albert", "AlbertTokenizer", "albert", {}),
    ("albert with accents and capitals", "sentencepiece/albert", "AlbertTokenizer", "albert", {"do_lower_case": False, "keep_accents": True}),
    ("the file alone", "xlm-roberta", "PreTrainedTokenizerFast", "xlm-roberta", {}),
    ("roberta", "roberta", "RobertaTokenizer", "roberta", {}),
    ("roberta of a file with a prefix", "roberta-prefix", "RobertaTokenizerFast", "roberta", {}),
    ("roberta with a prefix", "roberta", "RobertaTokenizer", "roberta", {"add_prefix_space": True}),
    ("roberta of digits apart", "starcoder", "RobertaTokenizer", "roberta", {
        "bos_token": "<|endoftext|>", "cls_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "sep_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "mask_token": "<|endoftext|>"}),
    ("gpt2 of digits apart", "starcoder", "GPT2Tokenizer", "gpt2", {}),
    ("codegen of digits apart", "starcoder", "CodeGenTokenizer", "gpt2", {}),
    ("qwen2", "qwen", "Qwen2Tokenizer", "qwen3", {}),
    ("qwen2 of Llama's words", "llama3", "Qwen2Tokenizer", "qwen3", {}),
    ("qwen2 by the kind of model", "llama3", None, "qwen3", {}),
    ("llama", "llama-first", "LlamaTokenizer", "llama", {}),
    ("llama of a normaliser", "llama2", "LlamaTokenizerFast", "llama", {}),
    ("llama of bytes", "llama3", "LlamaTokenizer", "llama", {}),
    ("gemma", "gemma", "GemmaTokenizer", "gemma3_text", {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<unk>", "mask_token": "<unk>"}),
    ("modernbert, whatever the class", "llama3", "BertTokenizer", "modernbert", {}),
    ("a class that is gone", "xlm-roberta", "RetriBertTokenizer", "bert", {}),
]


def digits(text):
    """The lower half of FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value & 0xFFFFFFFF:08x}"


def made(base, kind, model_type, settings, texts):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "tokenizer.json").write_bytes((FOLDER / f"{base}.json").read_bytes())
        own = dict(settings)
        if kind:
            own["tokenizer_class"] = kind
        (folder / "tokenizer_config.json").write_text(json.dumps(own))
        configuration = {"model_type": model_type}
        (folder / "config.json").write_text(json.dumps(configuration))
        tokenizer = AutoTokenizer.from_pretrained(folder)
        backend = tokenizer.backend_tokenizer
        backend.no_truncation()
        backend.no_padding()
        results = []
        for text in texts:
            encoding = backend.encode(text)
            results.append(digits(",".join(map(str, encoding.ids)) + ";" + ",".join(f"{a}-{b}" for a, b in encoding.offsets)))
        if "--show" in sys.argv:
            print(type(tokenizer).__name__, {k: v for k, v in json.loads(backend.to_str()).items() if k not in ("model", "added_tokens")})
        return {"settings": own, "configuration": configuration, "results": "".join(results)}


def main():
    texts = [json.loads(line) for line in (FOLDER / "texts.jsonl").read_text().splitlines()]
    with (FOLDER / "classes.jsonl").open("w") as file:
        for name, base, kind, model_type, settings in CASES:
            line = {"name": name, "base": base, **made(base, kind, model_type, settings, texts)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
