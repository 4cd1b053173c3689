#!/usr/bin/env python3
"""Makes the small models of Tests/Fixtures/models and their golden values, Tests/Fixtures/reference-*.jsonl.

The weights are random (NumPy's PCG64, one fixed seed a model), the folders are written by transformers and
sentence-transformers, and the golden values are what these two compute from the folders in float32 on the CPU.
The same versions write the same bytes; `make fixtures` runs this in the environment that
scripts/venv-fixtures.sh makes. Tests/Fixtures/README.md says what each file is for.
"""

import argparse
import base64
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import safetensors.torch
import sentence_transformers
import torch
import transformers
from sentence_transformers import SentenceTransformer, util
from sentence_transformers.base.modules import Dense, Transformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from transformers import BertConfig, BertForPreTraining, BertModel, BertTokenizerFast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Tests" / "Interop"))
from gguf_folder import write_gguf

FIXTURES = Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
MODELS = FIXTURES / "models"
OVERLAYS = MODELS / "overlays"
VOCABULARY = (MODELS / "vocab.txt").read_text(encoding="utf-8").split()

PROMPTS = {"query": "query: ", "passage": "search document: "}

TEXTS = [
    "The cat sits outside",
    "A quick brown fox jumps over the lazy dog.",
    "",
    " \t\n ",
    "fire!",
    "FIRE: the fire engine, a FIRE fighter & 2 fires (lost his job).",
    "price = $3.14159 - 42% [of] 1,000",
    "Ünbelievàble cafe\u0301 in München",
    "東京 is 日本の山, not 北京。",
    "unknown \U0001f642 signs \U0001d54f and \u0e17\u0e35\u0e48",
    "a [MASK] literal [SEP] special [UNK] token",
    "Quantum physics describes the light of small particles, and science of the machine.",
    "The sun and the moon and the stars and the snow and the rain and the river and the garden and the city and the "
    "school and the war and the book and the story, all of them in one sentence that no small model reads to its end.",
]
SHORT = [TEXTS[i] for i in (0, 1, 5, 8)]
PAIRS = [("The cat sits outside", "The dog runs in the garden"), ("fire", "東京"), ("", "second only")]


# Weights


def randomize(model: torch.nn.Module, seed: int) -> None:
    """Fills every parameter, in the order of its name, so that attention is far from uniform and no bias or scale is
    trivial. A fresh BERT's own initialisation (standard deviation 0.02) would hide most mistakes."""
    generator = np.random.default_rng(seed)
    for name, parameter in sorted(model.named_parameters()):
        values = generator.standard_normal(tuple(parameter.shape)).astype(np.float32)
        if "LayerNorm.weight" in name:
            values = 1 + 0.2 * values
        elif name.endswith("bias"):
            values = 0.1 * values
        elif "embeddings" in name:
            values = (0.5 if "word" in name else 0.15) * values
        else:
            values = values * np.float32(0.8 / np.sqrt(parameter.shape[-1]))
        parameter.data = torch.from_numpy(values.astype(np.float32))


def configuration(**sizes) -> BertConfig:
    return BertConfig(vocab_size=len(VOCABULARY), hidden_act="gelu", attn_implementation="eager", **sizes)


def tokenizer(**options) -> BertTokenizerFast:
    return BertTokenizerFast(vocab_file=str(MODELS / "vocab.txt"), do_lower_case=True, **options)


# The model folders


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def write_json(path: Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def make_bert_plain() -> None:
    """As BertModel.save_pretrained leaves it: no prefix. 24 dimensions a head, no multiple of 32."""
    folder = fresh(MODELS / "bert-plain")
    model = BertModel(
        configuration(
            hidden_size=96, num_hidden_layers=2, num_attention_heads=4, intermediate_size=160, max_position_embeddings=64
        )
    )
    randomize(model, seed=1)
    model.save_pretrained(folder)
    tokenizer(model_max_length=64).save_pretrained(folder)


def make_bert_pretraining() -> None:
    """As bert-base-uncased lies on the hub: a pre-training checkpoint with the "bert." prefix, heads beside it, layer
    norms called gamma and beta, a position_ids buffer, a vocab.txt and no tokenizer.json. 32 dimensions a head; the
    intermediate size is no multiple of 32."""
    folder = fresh(MODELS / "bert-pretraining")
    model = BertForPreTraining(
        configuration(
            hidden_size=64, num_hidden_layers=2, num_attention_heads=2, intermediate_size=72, max_position_embeddings=48
        )
    )
    randomize(model, seed=2)
    tensors = {}
    for name, tensor in model.state_dict().items():
        if not name.startswith("cls.predictions.decoder"):  # tied to the word embeddings
            old = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
            tensors[old] = tensor.contiguous()
    tensors["bert.embeddings.position_ids"] = torch.arange(48).unsqueeze(0)
    safetensors.torch.save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = model.config.to_diff_dict()
    config.update(architectures=["BertForPreTraining"], gradient_checkpointing=False, use_cache=True)
    config.pop("dtype", None)
    write_json(folder / "config.json", config)
    shutil.copy(MODELS / "vocab.txt", folder / "vocab.txt")
    write_json(folder / "tokenizer_config.json", {"do_lower_case": True})


def make_minilm_l12() -> None:
    """As all-MiniLM-L12-v2 lies on the hub: twelve layers, twelve heads, module files of sentence-transformers 2, a
    tokenizer.json that truncates and pads to 128 and must be told not to. The hidden size is no multiple of 32."""
    folder = fresh(MODELS / "minilm-l12")
    model = BertModel(
        configuration(
            hidden_size=48, num_hidden_layers=12, num_attention_heads=12, intermediate_size=64, max_position_embeddings=40
        )
    )
    randomize(model, seed=3)
    model.save_pretrained(folder)
    fast = tokenizer(model_max_length=40)
    fast.backend_tokenizer.enable_truncation(128)
    fast.backend_tokenizer.enable_padding(length=128)
    fast.save_pretrained(folder)
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    write_json(
        folder / "modules.json",
        [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(kinds)
        ],
    )
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": 16, "do_lower_case": False})
    write_json(folder / "1_Pooling" / "config.json", legacy_pooling(48, "pooling_mode_mean_tokens"))
    write_json(
        folder / "config_sentence_transformers.json",
        {"__version__": {"sentence_transformers": "2.0.0", "transformers": "4.6.1", "pytorch": "1.8.1"}},
    )


def make_sentence() -> None:
    """The smallest, as sentence-transformers 5 writes it; the base of every overlay."""
    transformer = BertModel(
        configuration(
            hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=32
        )
    )
    randomize(transformer, seed=4)
    for name, dtype in (("sentence", None), ("sentence-f16", torch.float16), ("sentence-bf16", torch.bfloat16)):
        with tempfile.TemporaryDirectory() as saved:
            (transformer.to(dtype) if dtype else transformer).save_pretrained(saved)
            transformer.to(torch.float32)
            randomize(transformer, seed=4)
            tokenizer(model_max_length=32).save_pretrained(saved)
            module = Transformer(saved, max_seq_length=24, model_kwargs={"dtype": dtype or torch.float32})
            model = SentenceTransformer(modules=[module, Pooling(32, "mean"), Normalize()], device="cpu", prompts=PROMPTS)
            model.save(str(fresh(MODELS / name)), create_model_card=False)


# The overlays: files that take the place of those of the same name in models/sentence


def legacy_pooling(size: int, *modes: str) -> dict:
    keys = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken")
    flags = {f"pooling_mode_{key}": f"pooling_mode_{key}" in modes for key in keys}
    return {"word_embedding_dimension": size, **flags, "include_prompt": True}


def overlay_pooling(name: str, config: dict, normalize: bool = False) -> None:
    """Without the base's Normalize, which would hide a wrong length, unless `normalize`."""
    write_json(OVERLAYS / name / "1_Pooling" / "config.json", config)
    if not normalize:
        modules = json.loads((MODELS / "sentence" / "modules.json").read_text())
        write_json(OVERLAYS / name / "modules.json", modules[:2])


def overlay_modules(name: str, seed: int, *modules: torch.nn.Module) -> None:
    """Writes modules.json and the folders of the modules behind the pooling, and leaves out the base's own Normalize."""
    for module in modules:
        randomize(module, seed)
    base = str(MODELS / "sentence")
    with tempfile.TemporaryDirectory() as saved:
        model = SentenceTransformer(
            modules=[Transformer(base), Pooling(32, "mean"), *modules], device="cpu", prompts=PROMPTS
        )
        model.save(saved, create_model_card=False)
        for entry in ["modules.json", *(path.name for path in Path(saved).glob("[2-9]_*"))]:
            source, target = Path(saved) / entry, OVERLAYS / name / entry
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)


def make_overlays() -> None:
    fresh(OVERLAYS)
    for mode in Pooling.POOLING_MODES:
        short = mode.removesuffix("_tokens").replace("_", "-")
        config = {"embedding_dimension": 32, "pooling_mode": mode, "include_prompt": True}
        overlay_pooling(f"pooling-{short}", config)
        overlay_pooling(f"exclude-prompt-{short}", {**config, "include_prompt": False})
    overlay_pooling(
        "pooling-mean-max", {"embedding_dimension": 32, "pooling_mode": ["mean", "max"], "include_prompt": True}
    )
    overlay_pooling(
        "pooling-legacy", legacy_pooling(32, "pooling_mode_mean_tokens", "pooling_mode_cls_token"), normalize=True
    )
    overlay_modules("no-normalize", 10)
    overlay_modules("dense-tanh", 11, Dense(32, 24), Normalize())
    overlay_modules("dense-identity", 12, Dense(32, 40, bias=False, activation_function=torch.nn.Identity()))
    overlay_modules(
        "dense-two",
        13,
        Dense(32, 48, activation_function=torch.nn.GELU()),
        Dense(48, 20, bias=False, activation_function=torch.nn.ReLU()),
        Normalize(),
    )
    overlay_modules("dense-sigmoid", 14, Dense(32, 12, activation_function=torch.nn.Sigmoid()))
    config = json.loads((MODELS / "sentence" / "config.json").read_text())
    write_json(OVERLAYS / "activation-gelu-tanh" / "config.json", {**config, "hidden_act": "gelu_new"})
    write_json(OVERLAYS / "activation-relu" / "config.json", {**config, "hidden_act": "relu", "layer_norm_eps": 0.01})
    settings = json.loads((MODELS / "sentence" / "config_sentence_transformers.json").read_text())
    settings.update(default_prompt_name="query", similarity_fn_name="dot")
    write_json(OVERLAYS / "default-prompt" / "config_sentence_transformers.json", settings)


def composed(base: str, overlay: str | None, into: Path) -> Path:
    """A folder with the files of the base, those of the overlay in their place."""
    shutil.copytree(MODELS / base, into)
    if overlay:
        shutil.copytree(OVERLAYS / overlay, into, dirs_exist_ok=True)
    return into


# The golden values


def encoded(array) -> str:
    return base64.b64encode(np.ascontiguousarray(np.asarray(array, dtype="<f4")).tobytes()).decode()


class Output:
    """A file of JSON lines."""

    def __init__(self, name: str):
        self.path, self.lines = FIXTURES / name, []

    def add(self, **members) -> None:
        self.lines.append(json.dumps(members, ensure_ascii=False))

    def write(self) -> None:
        self.path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        print(f"{self.path.relative_to(FIXTURES.parent.parent)}: {len(self.lines)} lines")


def describe(name: str, base: str, overlay: str | None, model: SentenceTransformer, folder: Path) -> dict:
    """What a loader must find in the folder, in Akin's terms."""
    file = folder / "config_sentence_transformers.json"
    settings = json.loads(file.read_text()) if file.exists() else {}
    pooling = model[1]
    modes = (pooling.pooling_mode,) if isinstance(pooling.pooling_mode, str) else pooling.pooling_mode
    names = {"mean_sqrt_len_tokens": "meanSqrtLen", "weightedmean": "weightedMean", "lasttoken": "lastToken"}
    dense = [module for module in model if isinstance(module, Dense)]
    config = model[0].auto_model.config
    return dict(
        model=name,
        base=base,
        overlay=overlay,
        hiddenSize=config.hidden_size,
        layerCount=config.num_hidden_layers,
        headCount=config.num_attention_heads,
        intermediateSize=config.intermediate_size,
        maxPositions=config.max_position_embeddings,
        vocabularySize=config.vocab_size,
        layerNormEpsilon=config.layer_norm_eps,
        activation={"gelu": "gelu", "gelu_new": "geluTanh", "relu": "relu"}[config.hidden_act],
        poolings=[names.get(mode, mode) for mode in modes],
        includePrompt=pooling.include_prompt,
        dense=[
            dict(
                inFeatures=module.in_features,
                outFeatures=module.out_features,
                hasBias=module.bias,
                activation=type(module.activation_function).__name__.lower(),
            )
            for module in dense
        ],
        normalize=any(isinstance(module, Normalize) for module in model),
        maxSequenceLength=model.max_seq_length,
        prompts=settings.get("prompts", {}),
        defaultPromptName=settings.get("default_prompt_name"),
        similarity=settings.get("similarity_fn_name"),
        dimensions=model.get_embedding_dimension(),
    )


def add_embedding(out: Output, name: str, model: SentenceTransformer, text: str, **options) -> None:
    """One text alone, so that no padding takes part."""
    given = {key: value for key, value in options.items() if value is not None}
    reference = {"promptName": "prompt_name", "dimensions": "truncate_dim", "normalize": "normalize_embeddings"}
    keywords = {reference.get(key, key): value for key, value in given.items()}
    embedding = model.encode([text], **keywords)[0]
    prompt = given.get("prompt") or model.prompts.get(given.get("promptName") or model.default_prompt_name, "")
    total = len(model.tokenizer(prompt + text, truncation=False, padding=False, verbose=False)["input_ids"])
    limit = model.max_seq_length
    out.add(
        model=name, text=text, **given, tokens=total, truncated=total > limit, embedding=encoded(embedding)
    )


def add_hidden_states(out: Output, name: str, model: SentenceTransformer) -> None:
    transformer, limit = model[0].auto_model, model.max_seq_length
    for text, pair in [(text, None) for text in (TEXTS[0], TEXTS[2], TEXTS[5], TEXTS[8], TEXTS[12])] + PAIRS:
        inputs = model.tokenizer(text, pair, truncation="longest_first", max_length=limit, padding=False, return_tensors="pt")
        with torch.no_grad():
            states = transformer(**inputs).last_hidden_state[0]
            exact = transformer.double()(**inputs).last_hidden_state[0]
            transformer.float()
        error = (states - exact).abs().max().item()
        assert error < 3e-6, f"{name}: float32 alone is {error} off; the golden value would say nothing at 1e-5"
        members = dict(model=name, text=text, **({} if pair is None else {"pair": pair}))
        ids, types = (inputs[key][0].tolist() for key in ("input_ids", "token_type_ids"))
        out.add(**members, ids=ids, typeIds=types, shape=list(states.shape), lastHiddenState=encoded(states))


def embedding_requests(name: str, model: SentenceTransformer) -> list[tuple[str, dict]]:
    """Every text for the folders; for the overlays a few; prompts where they make a difference."""
    requests = [(text, {}) for text in (SHORT if (OVERLAYS / name).exists() else TEXTS)]
    if model.prompts.get("query") and not name.startswith(("dense", "activation", "pooling", "no-")):
        requests += [(text, dict(promptName="passage")) for text in (TEXTS[0], TEXTS[2], TEXTS[12])]
        requests += [(TEXTS[1], dict(prompt="embed this 東: "))]
    if name in ("sentence", "no-normalize"):
        for normalize in (None, True):
            requests += [(text, dict(dimensions=size, normalize=normalize)) for text in SHORT[:2] for size in (1, 9, 32)]
    return requests


def make_references() -> None:
    descriptions, embeddings = Output("reference-models.jsonl"), Output("reference-embeddings.jsonl")
    states = Output("reference-hidden-states.jsonl")
    folders = ["bert-plain", "bert-pretraining", "minilm-l12", "sentence", "sentence-f16", "sentence-bf16"]
    cases = [(folder, folder, None) for folder in folders]
    cases += [(path.name, "sentence", path.name) for path in sorted(OVERLAYS.iterdir())]
    for name, base, overlay in cases:
        with tempfile.TemporaryDirectory() as temporary:
            folder = composed(base, overlay, Path(temporary) / name)
            model = SentenceTransformer(
                str(folder), device="cpu", model_kwargs={"dtype": torch.float32, "attn_implementation": "eager"}
            )
            descriptions.add(**describe(name, base, overlay, model, folder))
            for text, options in embedding_requests(name, model):
                add_embedding(embeddings, name, model, text, **options)
            if overlay is None or overlay.startswith("activation"):
                add_hidden_states(states, name, model)
    for output in (descriptions, embeddings, states):
        output.write()


def make_gguf() -> None:
    """models/sentence as the gguf package writes it, in the three types that llama.cpp's converter offers."""
    fresh(MODELS / "gguf")
    for kind in ("f32", "f16", "q8_0"):
        write_gguf(MODELS / "sentence", MODELS / "gguf" / f"sentence-{kind}.gguf", kind)


def make_similarities() -> None:
    generator = np.random.default_rng(20)
    left, right = (generator.standard_normal((rows, 32)).astype(np.float32) for rows in (4, 3))
    left[3] = 0  # a vector without a direction
    out = Output("reference-similarity.jsonl")
    functions = dict(cosine=util.cos_sim, dot=util.dot_score, euclidean=util.euclidean_sim, manhattan=util.manhattan_sim)
    for name, function in functions.items():
        scores = function(left, right)
        out.add(
            function=name,
            left=[encoded(row) for row in left],
            right=[encoded(row) for row in right],
            scores=[encoded(row) for row in scores],
        )
    out.write()


def make_quantized() -> None:
    generator = np.random.default_rng(21)
    vectors = (0.4 * generator.standard_normal((6, 32))).astype(np.float32)
    vectors[0, :4] = [0.0, -0.0, 1e-30, -1e-30]  # a bit is set for what is greater than zero
    vectors[1, 5], vectors[2, 5] = 9, -9  # beyond any range: clipped
    wide = np.tile(np.array([[-1], [1]], dtype=np.float32), (1, 32))
    narrow = np.vstack((vectors[3:].min(axis=0), vectors[3:].max(axis=0)))
    narrow[1, 7] = narrow[0, 7]  # an empty range has step 1
    out = Output("reference-quantized.jsonl")
    for ranges in (wide, narrow):
        out.add(
            vectors=[encoded(row) for row in vectors],
            low=encoded(ranges[0]),
            high=encoded(ranges[1]),
            int8=util.quantize_embeddings(vectors, "int8", ranges=ranges).tolist(),
            ubinary=util.quantize_embeddings(vectors, "ubinary").tolist(),
        )
    out.write()


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    torch.set_num_threads(1)
    print(
        f"torch {torch.__version__}, transformers {transformers.__version__}, "
        f"sentence-transformers {sentence_transformers.__version__}, numpy {np.__version__}"
    )
    for make in (make_bert_plain, make_bert_pretraining, make_minilm_l12, make_sentence, make_overlays):
        make()
    for folder in [path for path in MODELS.rglob("*") if path.is_dir() and not any(path.iterdir())]:
        folder.rmdir()  # Normalize has no files; git keeps no empty folder, so the golden values are taken without it
    for make in (make_gguf, make_references, make_similarities, make_quantized):
        make()


if __name__ == "__main__":
    main()
