"""The model that Akin and its peers are given, as its files describe it, and who of the peers can run it."""

import json
import os

import measure

LENGTH = 256
# Families whose encoders CTranslate2 converts, and those whose files llama.cpp reads.
CTRANSLATE2 = {"bert", "distilbert", "roberta", "xlm-roberta"}
LLAMA = {"bert", "distilbert", "roberta", "xlm-roberta", "nomic_bert", "modernbert", "qwen3", "gemma3_text"}
ENCODERS = [
    "sentence-transformers", "onnxruntime", "onnxruntime-int8", "openvino", "openvino-int8", "ctranslate2-int8",
    "llama.cpp-q8_0"]
STATIC = ["sentence-transformers", "model2vec", "wordllama"]


def read(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Subject:
    """A model folder."""

    def __init__(self, folder):
        self.folder = folder
        self.config = read(folder, "config.json")
        modules = read(folder, "modules.json") or []
        self.is_static = bool(modules) and modules[0]["type"].endswith("StaticEmbedding")
        self.normalizes = any(module["type"].endswith("Normalize") for module in modules)
        pooling = read(folder, "1_Pooling/config.json")
        self.pools_first = bool(pooling.get("pooling_mode_cls_token")) or pooling.get("pooling_mode") == "cls"
        own = read(folder, "sentence_bert_config.json").get("max_seq_length") or LENGTH
        self.length = min(own, LENGTH)
        self.dimensions = self.config.get("hidden_size") or self.config.get("dim")
        if self.is_static:
            from safetensors import safe_open

            with safe_open(os.path.join(folder, "model.safetensors"), "numpy") as file:
                name = "embedding.weight" if "embedding.weight" in file.keys() else "embeddings"
                self.dimensions = file.get_slice(name).get_shape()[1]

    @property
    def name(self):
        """The last part of the folder's path; hub folders are called after their model."""
        return os.path.basename(os.path.normpath(self.folder))

    def peers(self):
        """The peers that can run it, and why the others cannot."""
        if self.is_static:
            return STATIC, {}
        family, left_out = self.config.get("model_type"), {}
        if family not in CTRANSLATE2:
            left_out["ctranslate2-int8"] = f"CTranslate2 converts no {family}"
        if family not in LLAMA:
            left_out["llama.cpp-q8_0"] = f"llama.cpp has no {family}"
        return [name for name in ENCODERS if name not in left_out], left_out


def find(name):
    """The folder of a model: its path, or that of a name that Akin knows."""
    return name if os.path.isdir(name) else measure.model_folder(name)
