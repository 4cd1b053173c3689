#!/usr/bin/env python3
"""Makes Tests/Fixtures/heads: small sparse encoders and models that compare tokens, and what sentence-transformers makes of texts.

Usage: python3 scripts/head_fixtures.py (needs torch, transformers 5 and sentence-transformers 6)

Masked language models of every family that has them (`sparse-NAME`), without modules.json and with it, and models with token vectors
(`tokens-NAME`): saved by sentence-transformers, by PyLate and by Stanford's ColBERT. `sparse.jsonl` has for each model and text the
entries of the vector; `tokens.jsonl` the vectors of a query's and a document's tokens in base64, and their score. Tokenizer and
vocabulary are those of models/sentence, with the mask and [unused] tokens that ColBERT wants where it is meant.
"""

import base64
import json
import os
import pathlib
import shutil
import string
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
import numpy as np  # noqa: E402
import safetensors.torch  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from sentence_transformers import MultiVectorEncoder, SparseEncoder  # noqa: E402
from sentence_transformers.base.modules import Dense, Normalize, Transformer  # noqa: E402
from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask  # noqa: E402
from sentence_transformers.sparse_encoder.modules import SpladePooling  # noqa: E402
from transformers import AutoConfig, AutoModel, AutoModelForMaskedLM  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "Tests/Fixtures/heads"
TOKENIZER = ROOT / "Tests/Fixtures/models/sentence"
TEXTS = ["hello world", "a", "The embeddings of unaffable sentences, it's (what) we search!", "x" * 40, "one two three four five six seven eight nine ten"]
FAMILIES = {
    "bert": {}, "roberta": {}, "mpnet": {}, "camembert": {}, "modernbert": {"cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2, "eos_token_id": 3},
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64}, "electra": {"embedding_size": 24}, "albert": {"embedding_size": 24},
}


def rows():
    table = safetensors.torch.load_file(TOKENIZER / "model.safetensors")
    return next(value.shape[0] for name, value in table.items() if "word_embeddings" in name)


def configuration(family, **more):
    sizes = {"vocab_size": rows(), "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64,
             "max_position_embeddings": 64, "pad_token_id": 0, **FAMILIES.get(family, {}), **more}
    if family == "distilbert":
        for key in ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"):
            sizes.pop(key)
    return AutoConfig.for_model(family, **sizes)


def randomize(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for name, value in model.state_dict().items():
        if value.is_floating_point():
            noise = torch.randn(value.shape, generator=generator)
            value.copy_((1 + noise * 0.2 if "norm" in name.lower() and name.endswith("weight") else noise * (0.3 if value.dim() > 1 else 0.2)).bfloat16().float())


def add_tokenizer(folder):
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        if (TOKENIZER / name).exists():
            shutil.copy(TOKENIZER / name, folder / name)


def compact(folder):
    """bfloat16, which the weights were rounded to."""
    for file in folder.rglob("*.safetensors"):
        tensors = {n: v.bfloat16().contiguous() for n, v in safetensors.torch.load_file(file).items() if v.is_floating_point()}
        safetensors.torch.save_file(tensors, file, metadata={"format": "pt"})
    for file in [*folder.rglob("README.md"), *folder.rglob(".gitattributes")]:
        file.unlink()


def checkpoint(family, seed, auto=AutoModelForMaskedLM, **more):
    folder = OUT / f"sparse-{family}"
    folder.mkdir(parents=True, exist_ok=True)
    model = auto.from_config(configuration(family, **more)).eval()
    randomize(model, seed)
    model.save_pretrained(folder)
    add_tokenizer(folder)
    return folder


def write_sparse(out, name, model):
    for text in TEXTS:
        vector = model.encode([text], convert_to_sparse_tensor=False)[0]
        indices = torch.nonzero(vector).flatten().tolist()
        out.write(json.dumps({"model": name, "text": text, "indices": indices, "values": [vector[i].item() for i in indices]}) + "\n")


def sparse(out):
    for seed, family in enumerate(sorted(FAMILIES)):
        folder = checkpoint(family, 10 + seed)
        write_sparse(out, folder.name, SparseEncoder(str(folder), device="cpu", model_kwargs={"dtype": "float32"}))
        compact(folder)
    for name, options, kept in (("sum", {"pooling_strategy": "sum"}, 20), ("twice", {"activation_function": "log1p_relu"}, None)):
        with tempfile.TemporaryDirectory() as temporary:
            base = pathlib.Path(temporary) / "base"
            base.mkdir()
            model = AutoModelForMaskedLM.from_config(configuration("bert")).eval()
            randomize(model, 30)
            model.save_pretrained(base)
            add_tokenizer(base)
            whole = SparseEncoder(modules=[Transformer(str(base), transformer_task="fill-mask"), SpladePooling(**options)], device="cpu", max_active_dims=kept)
            folder = OUT / f"sparse-modules-{name}"
            whole.save_pretrained(str(folder))
            compact(folder)
            write_sparse(out, folder.name, SparseEncoder(str(folder), device="cpu", model_kwargs={"dtype": "float32"}))


QUERIES, DOCUMENTS = ["hello world", "search!"], ["The embeddings of sentences, it's (what) we search!", "world"]


def packed(vectors):
    array = np.asarray(vectors, dtype="<f4")
    return {"shape": list(array.shape), "base64": base64.b64encode(array.tobytes()).decode()}


def write_tokens(out, folder):
    model = MultiVectorEncoder(str(folder), device="cpu", model_kwargs={"dtype": "float32"})
    queries = model.encode_query(QUERIES, convert_to_numpy=True)
    documents = model.encode_document(DOCUMENTS, convert_to_numpy=True)
    scores = model.similarity(queries, documents).tolist()
    out.write(json.dumps({"model": folder.name, "queries": [packed(q) for q in queries], "documents": [packed(d) for d in documents],
                          "scores": scores}) + "\n")


def base(folder, family, seed, **more):
    model = AutoModel.from_config(configuration(family, **more)).eval()
    randomize(model, seed)
    model.save_pretrained(folder)
    add_tokenizer(folder)


def dense(seed, width, outputs, bias=False):
    module = Dense(in_features=width, out_features=outputs, bias=bias, activation_function=torch.nn.Identity(), module_input_name="token_embeddings")
    randomize(module, seed)
    return module


def tokens(out):
    cases = {
        "plain": ("bert", {}, {}, {}),
        "skipping": ("bert", {"document_length": 9, "query_length": 6}, {"skiplist_words": list(string.punctuation)}, {}),
        "expanding": ("bert", {"query_expansion": {"strategy": "fixed", "attend": False, "length": 12}}, {"skiplist_words": ["!"]}, {}),
        "attending": ("mpnet", {"query_expansion": {"strategy": "min", "attend": True, "length": 7, "token": "[MASK]"}}, {}, {"similarity_fn_name": "meanmaxsim"}),
        "modernbert": ("modernbert", {"query_expansion": {"strategy": "fixed", "attend": False, "length": 20}}, {}, {}),
        "mpnet": ("mpnet", {"query_expansion": {"strategy": "fixed", "attend": False, "length": 16}}, {}, {}),
    }
    for seed, (name, (family, transformer, mask, model)) in enumerate(cases.items()):
        with tempfile.TemporaryDirectory() as temporary:
            base(pathlib.Path(temporary), family, 50 + seed)
            modules = [Transformer(temporary, **transformer), dense(60 + seed, 32, 16, bias=name == "skipping"), MultiVectorMask(**mask),
                       Normalize(module_input_name="token_embeddings")]
            prompts = {"query": "query: ", "document": ""} if name == "skipping" else None
            whole = MultiVectorEncoder(modules=modules, device="cpu", prompts=prompts, **model)
            folder = OUT / f"tokens-{name}"
            whole.save_pretrained(str(folder))
        compact(folder)
        write_tokens(out, folder)
    pylate(OUT / "tokens-pylate", out)
    stanford(OUT / "tokens-stanford", out)


def named_tokens(folder, names):
    """A vocabulary that has those tokens in place of others."""
    file = folder / "tokenizer.json"
    data = json.loads(file.read_text())
    vocabulary = data["model"]["vocab"]
    last = sorted(vocabulary, key=vocabulary.get)[-len(names):]
    for name, old in zip(names, last):
        vocabulary[name] = vocabulary.pop(old)
    file.write_text(json.dumps(data, ensure_ascii=False))


def pylate(folder, out):
    folder.mkdir(parents=True, exist_ok=True)
    base(folder, "bert", 70)
    named_tokens(folder, ["[Q] ", "[D] "])
    module = dense(71, 32, 8)
    (folder / "1_Dense").mkdir(exist_ok=True)
    module.save(str(folder / "1_Dense"))
    configuration = json.loads((folder / "1_Dense/config.json").read_text())
    for key in ("module_input_name", "module_output_name"):
        configuration.pop(key, None)
    (folder / "1_Dense/config.json").write_text(json.dumps(configuration))
    modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
               {"idx": 1, "name": "1", "path": "1_Dense", "type": "pylate.models.Dense.Dense"}]
    (folder / "modules.json").write_text(json.dumps(modules))
    settings = {"model_type": "ColBERT", "prompts": {}, "default_prompt_name": None, "similarity_fn_name": "MaxSim", "query_prefix": "[Q] ",
                "document_prefix": "[D] ", "query_length": 14, "document_length": 20, "attend_to_expansion_tokens": False,
                "skiplist_words": list(string.punctuation)}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 19, "do_lower_case": False}))
    compact(folder)
    write_tokens(out, folder)


def stanford(folder, out):
    folder.mkdir(parents=True, exist_ok=True)
    model = AutoModel.from_config(configuration("bert")).eval()
    randomize(model, 80)
    tensors = {"bert." + name: value for name, value in model.state_dict().items() if value.is_floating_point()}
    tensors["linear.weight"] = dense(81, 32, 8).linear.weight.detach()
    model.save_pretrained(folder)
    safetensors.torch.save_file({n: v.contiguous() for n, v in tensors.items()}, folder / "model.safetensors", metadata={"format": "pt"})
    data = json.loads((folder / "config.json").read_text())
    data["architectures"] = ["HF_ColBERT"]
    (folder / "config.json").write_text(json.dumps(data, indent=1))
    add_tokenizer(folder)
    named_tokens(folder, ["[unused0]", "[unused1]"])
    (folder / "artifact.metadata").write_text(json.dumps({
        "query_token_id": "[unused0]", "doc_token_id": "[unused1]", "query_maxlen": 10, "doc_maxlen": 14, "mask_punctuation": True,
        "attend_to_mask_tokens": False, "query_token": "[Q]", "doc_token": "[D]", "dim": 8, "similarity": "cosine"}))
    compact(folder)
    write_tokens(out, folder)


def main():
    transformers.logging.set_verbosity_error()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with open(OUT / "sparse.jsonl", "w", encoding="utf-8") as out:
        sparse(out)
    with open(OUT / "tokens.jsonl", "w", encoding="utf-8") as out:
        tokens(out)


if __name__ == "__main__":
    main()
