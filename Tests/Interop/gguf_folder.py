"""Writes a BERT model folder as GGUF with the `gguf` package, in llama.cpp's names.

The tensor names come from the package's own table; keys, phantom-space vocabulary and the choice of which tensors stay
float32 follow what llama.cpp reads for the architecture `bert` (llama.cpp's model loader and its Hugging Face converter).
"""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import numpy as np
import safetensors.numpy

FILE_TYPES = {
    "f32": (gguf.LlamaFileType.ALL_F32, gguf.GGMLQuantizationType.F32),
    "f16": (gguf.LlamaFileType.MOSTLY_F16, gguf.GGMLQuantizationType.F16),
    "q8_0": (gguf.LlamaFileType.MOSTLY_Q8_0, gguf.GGMLQuantizationType.Q8_0),
}
BLOCK = 32  # values in a Q8_0 block
ALWAYS_FLOAT32 = ("position_embd.weight", "token_types.weight")


def phantom(token: str) -> str:
    """A wordpiece as llama.cpp spells it: U+2581 before a piece that begins a word, nothing before one that goes on."""
    if token.startswith("[") and token.endswith("]"):
        return token
    return token[2:] if token.startswith("##") else "\u2581" + token


def vocabulary(folder: Path) -> list[str]:
    """The tokens of a model folder, in the order of their ids."""
    file = folder / "tokenizer.json"
    if file.exists():
        ids = json.loads(file.read_text(encoding="utf-8"))["model"]["vocab"]
        return sorted(ids, key=ids.__getitem__)
    return (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()


def pooling_type(folder: Path) -> gguf.PoolingType:
    """The one pooling that GGUF can name; mean where the folder says nothing."""
    file = folder / "1_Pooling" / "config.json"
    config = json.loads(file.read_text()) if file.exists() else {}
    if config.get("pooling_mode") == "cls" or config.get("pooling_mode_cls_token"):
        return gguf.PoolingType.CLS
    if config.get("pooling_mode", "mean") != "mean":
        raise ValueError(f"{file}: GGUF has no name for pooling {config['pooling_mode']}")
    return gguf.PoolingType.MEAN


def add_tokenizer(writer: gguf.GGUFWriter, folder: Path, type_count: int) -> None:
    tokens = vocabulary(folder)
    special = {token for token in tokens if token.startswith("[") and token.endswith("]")}
    writer.add_token_type_count(type_count)
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("jina-v2-en")  # llama.cpp reads it, and uses it for byte-pair vocabularies only
    writer.add_token_list([phantom(token) for token in tokens])
    writer.add_token_types([gguf.TokenType.CONTROL if t in special else gguf.TokenType.NORMAL for t in tokens])
    # llama.cpp frames a text by BOS and SEP (EOS in older versions); its own converter gives BERT's tokens these names.
    writer.add_bos_token_id(tokens.index("[CLS]"))
    writer.add_eos_token_id(tokens.index("[SEP]"))
    writer.add_sep_token_id(tokens.index("[SEP]"))
    writer.add_unk_token_id(tokens.index("[UNK]"))
    writer.add_pad_token_id(tokens.index("[PAD]"))
    writer.add_mask_token_id(tokens.index("[MASK]"))
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(True)


def write_gguf(folder: Path, target: Path, kind: str) -> None:
    """Writes `folder` to `target`; `kind` is f32, f16 or q8_0 and holds for the linear weights and word embeddings."""
    config = json.loads((folder / "config.json").read_text())
    file_type, wanted = FILE_TYPES[kind]
    writer = gguf.GGUFWriter(target, gguf.MODEL_ARCH_NAMES[gguf.MODEL_ARCH.BERT])
    writer.add_name(folder.name)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(pooling_type(folder))
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_tokenizer(writer, folder, config["type_vocab_size"])

    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, config["num_hidden_layers"])
    for source, tensor in safetensors.numpy.load_file(folder / "model.safetensors").items():
        bare = source.removeprefix("bert.").replace(".gamma", ".weight").replace(".beta", ".bias")
        if bare == "embeddings.position_ids" or bare.startswith(("pooler.", "cls.")):
            continue
        name = names.get_name(bare, try_suffixes=(".weight", ".bias"))
        if name is None:
            raise ValueError(f"{folder}: the gguf package has no name for {source}")
        keep = tensor.ndim == 1 or name in ALWAYS_FLOAT32
        if wanted == gguf.GGMLQuantizationType.Q8_0 and tensor.shape[-1] % BLOCK:
            keep = True
        data = tensor.astype(np.float32)
        if keep or wanted == gguf.GGMLQuantizationType.F32:
            writer.add_tensor(name, data)
        elif wanted == gguf.GGMLQuantizationType.F16:
            writer.add_tensor(name, data.astype(np.float16))
        else:
            writer.add_tensor(name, gguf.quants.quantize(data, wanted), raw_dtype=wanted)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
