#!/usr/bin/env python3
"""Makes Tests/Fixtures/configuration-keys.json: which members of config.json change what transformers 5 computes, by family.

Usage: python3 scripts/configuration_keys.py (needs torch and transformers 5; takes some minutes)

For every member that a family's configuration has, a small model is made twice, with that member as it is and changed, and given the
same weights. `changes` has the members with which it computes other numbers, has other tensors or is not made at all, in any of
its encoder, its masked language model and its sequence classifier; `same` those that change nothing.
"""

import copy
import json
import os
import pathlib
import sys
import warnings

os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")
import torch  # noqa: E402
import transformers  # noqa: E402
from transformers import AutoConfig, AutoModel, AutoModelForMaskedLM, AutoModelForSequenceClassification  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "Tests/Fixtures/configuration-keys.json"
SIZES = {"vocab_size": 60, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64,
         "max_position_embeddings": 40, "pad_token_id": 1, "num_labels": 1}
OWN = {
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64},
    "qwen3": {"num_key_value_heads": 2, "head_dim": 8}, "gemma3_text": {"num_key_value_heads": 2, "head_dim": 8},
    "electra": {"embedding_size": 32}, "albert": {"embedding_size": 32},
    "modernbert": {"cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2, "eos_token_id": 3},
}
FAMILIES = ["albert", "bert", "camembert", "distilbert", "electra", "gemma3_text", "gte", "modernbert", "mpnet", "nomic_bert",
            "qwen3", "roberta", "xlm-roberta"]
IDS = torch.tensor([[2, 7, 9, 11, 1, 30, 41, 8, 9, 17, 21, 3]])
# Members that a configuration may have and usually leaves out.
RARE = {"is_decoder": False, "is_causal": True, "add_cross_attention": False, "tie_word_embeddings": True, "chunk_size_feed_forward": 0,
        "position_embedding_type": "absolute", "rope_scaling": None, "use_bidirectional_attention": False, "output_past": True,
        "pruned_heads": {}, "torchscript": False, "use_bfloat16": False, "prefix": None, "problem_type": None}


def built(auto, config):
    try:
        torch.manual_seed(0)
        return auto.from_config(config, attn_implementation="eager").eval()
    except Exception:
        return None


def numbers(model):
    with torch.no_grad():
        given = {"input_ids": IDS, "return_dict": True}
        out = model(**given)
        return out.logits if hasattr(out, "logits") else out.last_hidden_state


def weights(auto, config):
    model = built(auto, config)
    if model is None:
        return None, None
    generator = torch.Generator().manual_seed(1)
    for value in model.state_dict().values():
        if value.is_floating_point():
            value.copy_(torch.randn(value.shape, generator=generator) * 0.3)
    return model.state_dict(), numbers(model)


def other(value, key):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value * 2 + 2]
    if isinstance(value, float):
        return [value * 1.5 + 0.25]
    if isinstance(value, str):
        return ["relu", "rotary", "x"]
    if value is None:
        return [True, 1, 0.5, "x", {"rope_type": "linear", "factor": 2.0, "rope_theta": 500.0}]
    if isinstance(value, dict):
        return [{}, {"0": [0]}, {"rope_type": "linear", "factor": 2.0, "rope_theta": 500.0}]
    if isinstance(value, list):
        return [value[::-1] if value[::-1] != value else value[1:], ["sliding_attention"] * len(value)]
    return []


def differs(autos, plain, key, value):
    data = copy.deepcopy(plain.to_dict())
    data[key] = value
    try:
        config = type(plain).from_dict(data)
    except Exception:
        # No such value.
        return False
    for auto, state, expected in autos:
        model = built(auto, config)
        if model is None:
            return True
        try:
            model.load_state_dict(state, strict=True)
            found = numbers(model)
        except Exception:
            return True
        if found.shape != expected.shape or not torch.allclose(found, expected, atol=1e-6):
            return True
    return False


def main():
    transformers.logging.set_verbosity_error()
    result = {}
    for family in FAMILIES:
        known = AutoConfig.for_model(family).to_dict()
        sizes = {k: v for k, v in {**SIZES, **OWN.get(family, {})}.items() if k in known or k in OWN.get(family, {}) or k == "num_labels"}
        plain = AutoConfig.for_model(family, **sizes)
        autos = []
        for auto in (AutoModel, AutoModelForMaskedLM, AutoModelForSequenceClassification):
            state, expected = weights(auto, plain)
            if state is not None:
                autos.append((auto, state, expected))
        members = {**RARE, **plain.to_dict()}
        changes, same = [], []
        for key, value in sorted(members.items()):
            if key in ("model_type", "transformers_version", "_attn_implementation", "dtype", "return_dict"):
                continue
            (changes if any(differs(autos, plain, key, v) for v in other(value, key)) else same).append(key)
        result[family] = {"changes": changes, "same": same}
        print(family, changes, file=sys.stderr)
    OUT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
