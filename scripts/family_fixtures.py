#!/usr/bin/env python3
"""Makes Tests/Fixtures/families and classifiers: small models with random weights of every family, and what transformers computes.

Usage: family_fixtures.py     in an environment with torch, transformers 5, sentence-transformers 6 and safetensors

A folder a family: config.json and model.safetensors (bfloat16, which every reader widens exactly), as transformers saves them; families
whose first files have other names or come with code of their own are written under those names too, with the values that transformers'
own model has. `states.jsonl` holds token ids and the last hidden states in float32 of each, base64; `logits.jsonl` what sequence classifiers make of ids and types. The tokenizer
is that of Tests/Fixtures/models/sentence: which ids a text has is another question.
"""

import base64
import json
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
import transformers
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification

FIXTURES = Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
FAMILIES, CLASSIFIERS = FIXTURES / "families", FIXTURES / "classifiers"
SIZES = dict(vocab_size=490, hidden_size=32, num_hidden_layers=3, num_attention_heads=2, intermediate_size=48)
LAYER_TYPES = ["sliding_attention", "full_attention", "sliding_attention"]


def randomize(model: torch.nn.Module, seed: int) -> None:
    """Fills every parameter so that attention is far from uniform and no scale or bias trivial, rounded to bfloat16."""
    generator = np.random.default_rng(seed)
    for name, parameter in sorted(model.named_parameters()):
        values = generator.standard_normal(tuple(parameter.shape)).astype(np.float32)
        if parameter.dim() == 1 and name.endswith("weight"):
            values = (0 if "gemma" in type(model).__name__.lower() else 1) + 0.2 * values
        elif name.endswith("bias") and parameter.dim() == 1:
            values = 0.1 * values
        elif "embed" in name and "project" not in name and "mapping" not in name:
            values = 0.5 * values
        elif "relative_attention_bias" in name:
            values = values
        else:
            values = values * np.float32(1.2 / np.sqrt(parameter.shape[-1]))
        parameter.data = torch.from_numpy(values.astype(np.float32)).bfloat16().float()


def gte_as_new(config: dict, tensors: dict) -> tuple[dict, dict]:
    config = dict(
        config, model_type="new", architectures=["NewModel"], position_embedding_type="rope", layer_norm_type="layer_norm",
        pack_qkv=True, rope_theta=config.pop("rope_parameters")["rope_theta"], rope_scaling=None,
        auto_map={"AutoModel": "modeling.NewModel"})
    return config, {"new." + name: value for name, value in tensors.items()}


def nomic_as_remote(config: dict, tensors: dict) -> tuple[dict, dict]:
    return dict(
        model_type="nomic_bert", architectures=["NomicBertModel"], n_embd=config["hidden_size"], vocab_size=488,
        n_head=config["num_attention_heads"], n_layer=config["num_hidden_layers"], n_inner=config["intermediate_size"],
        n_positions=512, layer_norm_epsilon=config["layer_norm_eps"], activation_function="swiglu", prenorm=False,
        qkv_proj_bias=False, mlp_fc1_bias=False, mlp_fc2_bias=False, rotary_emb_base=1000, rotary_emb_fraction=1.0,
        rotary_emb_interleaved=False, rotary_scaling_factor=None, use_rms_norm=False, causal=False, type_vocab_size=2,
        pad_vocab_size_multiple=10, auto_map={"AutoModel": "modeling.NomicBertModel"}), tensors


def models() -> dict:
    """By name: the configuration, and what rewrites configuration and tensors as another file has them."""
    t = transformers
    positions = dict(max_position_embeddings=128)
    roberta = dict(SIZES, max_position_embeddings=130, pad_token_id=1, layer_norm_eps=1e-5, type_vocab_size=1)
    local = dict(SIZES, **positions, layer_types=LAYER_TYPES)
    qwen = dict(SIZES, **positions, head_dim=16, num_attention_heads=4, num_key_value_heads=2)
    gemma = dict(local, head_dim=16, num_attention_heads=4, num_key_value_heads=1, query_pre_attn_scalar=64)
    nomic, gte = t.NomicBertConfig(**SIZES, **positions), t.GteConfig(**SIZES, **positions, pad_token_id=0)
    return {
        "bert": (t.BertConfig(**SIZES, **positions), None),
        "roberta": (t.RobertaConfig(**roberta), None),
        "xlm-roberta": (t.XLMRobertaConfig(**roberta), None),
        "camembert": (t.CamembertConfig(**roberta), None),
        "mpnet": (t.MPNetConfig(**SIZES, max_position_embeddings=130, layer_norm_eps=1e-5), None),
        "distilbert": (
            t.DistilBertConfig(
                vocab_size=490, dim=32, n_layers=3, n_heads=2, hidden_dim=48, activation="gelu", **positions), None),
        "nomic-bert": (nomic, None),
        "nomic-bert-remote": (nomic, nomic_as_remote),
        "modernbert": (
            t.ModernBertConfig(
                **local, local_attention=16, pad_token_id=0, bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2),
            None),
        "modernbert-bias": (
            t.ModernBertConfig(
                **dict(local, layer_types=None, num_hidden_layers=4), global_attn_every_n_layers=2, local_attention=12,
                norm_bias=True, attention_bias=True, mlp_bias=True, pad_token_id=0, bos_token_id=1, eos_token_id=2,
                cls_token_id=1, sep_token_id=2), None),
        "qwen3": (t.Qwen3Config(**qwen), None),
        "gemma3": (
            t.Gemma3TextConfig(**gemma, sliding_window=20, use_bidirectional_attention=True, pad_token_id=0), None),
        "gte": (gte, None),
        "new": (gte, gte_as_new),
        "electra": (t.ElectraConfig(**SIZES, **positions, embedding_size=16), None),
        "albert": (t.AlbertConfig(**SIZES, **positions, embedding_size=16), None),
    }


def variants() -> dict:
    """By name: the configuration's file, of members that few models have, and their values that change numbers."""
    shape = dict(SIZES, max_position_embeddings=128, num_hidden_layers=2)
    heads = dict(head_dim=16, num_attention_heads=4, num_key_value_heads=2)
    return {
        "gemma3-silu": dict(
            shape, **heads, model_type="gemma3_text", hidden_activation="silu", query_pre_attn_scalar=64, sliding_window=20,
            use_bidirectional_attention=False, layer_types=LAYER_TYPES[:2], rope_theta=400.0, rope_local_base_freq=70.0,
            rope_scaling={"rope_type": "linear", "factor": 2.0}, pad_token_id=0),
        "modernbert-angles": dict(
            shape, model_type="modernbert", sliding_window=6, layer_types=LAYER_TYPES[:2], global_rope_theta=300.0,
            local_rope_theta=200.0, rope_scaling={"rope_theta": 90.0}, pad_token_id=0, bos_token_id=1, eos_token_id=2,
            cls_token_id=1, sep_token_id=2),
        "qwen3-both": dict(
            shape, **heads, model_type="qwen3", is_causal=False, rope_theta=900.0,
            rope_scaling={"type": "linear", "factor": 4.0, "rope_theta": 500.0}),
    }


def make_variants(out) -> None:
    for seed, (name, config) in enumerate(sorted(variants().items())):
        model = AutoModel.from_config(AutoConfig.for_model(**config), attn_implementation="eager").eval()
        randomize(model, 60 + seed)
        save(FAMILIES / name, config, model.state_dict())
        golden(name, lambda ids: model(input_ids=ids[None]).last_hidden_state[0], out)


def jina(folder: Path) -> tuple[dict, dict, callable]:
    """JinaBERT v2 has no class in transformers: its code is on the hub. What it computes stands here as its paper and code say:
    BERT whose scores lose slope * distance, and a gated feed-forward network."""
    config = dict(
        model_type="bert", architectures=["JinaBertModel"], **SIZES, max_position_embeddings=128, type_vocab_size=2,
        layer_norm_eps=1e-12, hidden_act="gelu", position_embedding_type="alibi", feed_forward_type="geglu",
        auto_map={"AutoModel": "modeling.JinaBertModel"})
    config["num_attention_heads"] = 4
    generator = np.random.default_rng(77)

    def tensor(*shape, scale):
        return torch.from_numpy((generator.standard_normal(shape) * scale).astype(np.float32)).bfloat16().float()

    hidden, wide = 32, 48
    tensors = {
        "embeddings.word_embeddings.weight": tensor(490, hidden, scale=0.5),
        "embeddings.token_type_embeddings.weight": tensor(2, hidden, scale=0.3)}

    def norm(name):
        tensors[name + ".weight"] = 1 + tensor(hidden, scale=0.2)
        tensors[name + ".bias"] = tensor(hidden, scale=0.1)

    def linear(name, outputs, inputs, bias=True):
        tensors[name + ".weight"] = tensor(outputs, inputs, scale=1.2 / inputs**0.5)
        if bias:
            tensors[name + ".bias"] = tensor(outputs, scale=0.1)

    norm("embeddings.LayerNorm")
    for layer in range(3):
        prefix = f"encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            linear(prefix + "attention.self." + part, hidden, hidden)
        linear(prefix + "attention.output.dense", hidden, hidden)
        norm(prefix + "attention.output.LayerNorm")
        linear(prefix + "mlp.gated_layers", 2 * wide, hidden, bias=False)
        linear(prefix + "mlp.wo", hidden, wide)
        norm(prefix + "mlp.layernorm")
    tensors = {name: value.bfloat16().float() for name, value in tensors.items()}

    def states(ids):
        f = torch.nn.functional

        def normed(x, name):
            return f.layer_norm(x, (hidden,), tensors[name + ".weight"], tensors[name + ".bias"], 1e-12)

        def layer(x, name):
            return f.linear(x, tensors[name + ".weight"], tensors.get(name + ".bias"))

        heads, size, count = 4, 8, len(ids)
        x = tensors["embeddings.word_embeddings.weight"][ids] + tensors["embeddings.token_type_embeddings.weight"][0]
        x = normed(x, "embeddings.LayerNorm")
        places = torch.arange(count)
        distance = (places[None] - places[:, None]).abs().float()
        slopes = torch.tensor([2.0 ** (-8 * (head + 1) / heads) for head in range(heads)])
        for index in range(3):
            prefix = f"encoder.layer.{index}."
            q, k, v = (
                layer(x, prefix + "attention.self." + part).view(count, heads, size).transpose(0, 1)
                for part in ("query", "key", "value"))
            scores = q @ k.transpose(1, 2) / size**0.5 - slopes[:, None, None] * distance
            context = (scores.softmax(-1) @ v).transpose(0, 1).reshape(count, hidden)
            x = normed(x + layer(context, prefix + "attention.output.dense"), prefix + "attention.output.LayerNorm")
            gate, up = layer(x, prefix + "mlp.gated_layers").chunk(2, -1)
            x = normed(x + layer(f.gelu(gate) * up, prefix + "mlp.wo"), prefix + "mlp.layernorm")
        return x

    return config, tensors, states


def make_static(out) -> None:
    """Tables of words' vectors as sentence-transformers saves one, and as model2vec saves one whose words share 60 rows and have
    weights, one with weights alone, and one of whole numbers."""
    source = np.random.default_rng(9)
    table = source.standard_normal((490, 32)).astype(np.float32)
    shared, rows, weights = source.standard_normal((60, 32)), source.integers(0, 60, 490), source.random(490) ** 3
    whole = source.integers(-127, 128, (490, 32)).astype(np.int8)
    save_static("static", {"embedding.weight": torch.from_numpy(table).bfloat16()}, out)
    save_static(
        "static-shared", {
            "embeddings": torch.from_numpy(shared.astype(np.float16)), "mapping": torch.from_numpy(rows),
            "weights": torch.from_numpy(weights)}, out)
    save_static(
        "static-weighted", {
            "embeddings": torch.from_numpy(table.astype(np.float64)), "weights": torch.from_numpy(weights.astype(np.float32))}, out)
    save_static("static-whole", {"embeddings": torch.from_numpy(whole)}, out)


def save_static(name: str, tensors: dict, out) -> None:
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    folder = FAMILIES / name
    folder.mkdir(parents=True, exist_ok=True)
    safetensors.torch.save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    kind = "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"
    modules = [{"idx": 0, "name": "0", "path": "", "type": kind}]
    (folder / "modules.json").write_text(json.dumps(modules, indent=1) + "\n", encoding="utf-8")
    table = tensors.get("embedding.weight")
    if table is None:
        table = StaticEmbedding._fold_model2vec_weights(tensors["embeddings"], tensors.get("mapping"), tensors.get("weights"))
    golden(name, lambda ids: table.float()[ids], out)


def make_classifiers() -> None:
    """Cross-encoders: one block, one score, and one of three labels. Pairs have types where the family has them."""
    CLASSIFIERS.mkdir(parents=True, exist_ok=True)
    with open(CLASSIFIERS / "logits.jsonl", "w", encoding="utf-8") as out:
        for seed, (name, (config, _)) in enumerate(sorted(models().items())):
            if name not in ("bert", "roberta", "mpnet", "distilbert", "modernbert", "modernbert-bias", "qwen3", "gte",
                            "electra", "albert"):
                continue
            config.num_hidden_layers = 1
            if hasattr(config, "layer_types") and config.layer_types:
                config.layer_types = config.layer_types[:1]
            config.num_labels = 3 if name == "distilbert" else 1
            if name == "modernbert-bias":
                config.classifier_pooling, config.classifier_bias = "mean", True
            if name == "qwen3":
                config.pad_token_id = 0
            model = AutoModelForSequenceClassification.from_config(config, attn_implementation="eager").eval()
            randomize(model, 100 + seed)
            folder = CLASSIFIERS / name
            model.save_pretrained(folder)
            saved = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            tensors = safetensors.torch.load_file(folder / "model.safetensors")
            for file in folder.iterdir():
                file.unlink()
            save(folder, saved, tensors, keepsPooler=True)
            generator = np.random.default_rng(3)
            for length in (4, 30):
                ids = generator.integers(5, 490, length).tolist()
                types = [0] * (length // 2) + [1] * (length - length // 2)
                hasTypes = getattr(config, "type_vocab_size", 0) == 2
                given = {"token_type_ids": torch.tensor(types)[None]} if hasTypes else {}
                with torch.no_grad():
                    logits = model(input_ids=torch.tensor(ids)[None], **given).logits[0].tolist()
                out.write(json.dumps({
                    "model": name, "ids": ids, "types": types if hasTypes else [0] * length, "logits": logits}) + "\n")


def save(folder: Path, config: dict, tensors: dict, keepsPooler: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    config = {key: value for key, value in config.items() if key not in ("transformers_version", "_name_or_path")}
    (folder / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    tensors = {
        name: value.bfloat16().contiguous() for name, value in tensors.items()
        if value.is_floating_point() and (keepsPooler or "pooler" not in name)}
    safetensors.torch.save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def golden(name: str, states, out) -> None:
    """Sequences shorter and longer than any window, one of a single token, one that names RoBERTa's padding."""
    generator = np.random.default_rng(5)
    for length in (1, 7, 40, 100):
        ids = generator.integers(5, 490, length).tolist()
        if length == 7:
            ids[3] = 1
        with torch.no_grad():
            values = states(torch.tensor(ids)).numpy().astype("<f4")
        # Of long sequences some rows are enough.
        rows = sorted({0, 1, 5, length // 2, length - 1} & set(range(length)))
        out.write(json.dumps({
            "model": name, "ids": ids, "rows": rows, "states": base64.b64encode(values[rows].tobytes()).decode()}) + "\n")


def main() -> None:
    transformers.logging.set_verbosity_error()
    FAMILIES.mkdir(parents=True, exist_ok=True)
    with open(FAMILIES / "states.jsonl", "w", encoding="utf-8") as out:
        for seed, (name, (config, rewrite)) in enumerate(sorted(models().items())):
            model = AutoModel.from_config(config, attn_implementation="eager").eval()
            randomize(model, 40 if name.startswith("nomic") else 41 if name in ("gte", "new") else seed)
            folder = FAMILIES / name
            model.save_pretrained(folder)
            saved = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            tensors = safetensors.torch.load_file(folder / "model.safetensors")
            for file in folder.iterdir():
                file.unlink()
            if rewrite:
                saved, tensors = rewrite(saved, tensors)
            save(folder, saved, tensors)
            golden(name, lambda ids: model(input_ids=ids[None]).last_hidden_state[0], out)
        config, tensors, states = jina(FAMILIES / "jina-bert-v2")
        save(FAMILIES / "jina-bert-v2", config, tensors)
        golden("jina-bert-v2", states, out)
        make_static(out)
        make_variants(out)
    make_classifiers()


if __name__ == "__main__":
    main()
