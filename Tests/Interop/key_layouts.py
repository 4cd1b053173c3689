"""Changes of a folder's layout: its files, its modules and its tensors."""

from __future__ import annotations

import shutil
from pathlib import Path

from key_folders import read, write


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
    yield "Normalize before Pooling", modules(lambda found: [found[0], found[2], found[1]]), "].type"
    yield "Pooling twice", modules(lambda found: [found[0], found[1], found[1]]), "].name"
    yield "other order of idx", modules(lambda found: [dict(found[0], idx=2), dict(found[1], idx=0), dict(found[2], idx=1)]), ""
    yield "no modules", modules(lambda found: []), ""
    yield "no modules.json", without("modules.json"), ""
    yield "no sentence_bert_config.json", without("sentence_bert_config.json"), ""
    yield "no config_sentence_transformers.json", without("config_sentence_transformers.json"), ""
    yield "no tokenizer_config.json", without("tokenizer_config.json"), ""
    yield "no tokenizer.json", without("tokenizer.json"), "tokenizer.json"
    yield "no tokenizer files", without("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"), "tokenizer.json"
    yield "no config of Pooling", without("1_Pooling/config.json"), ""
    yield "no weights", without("model.safetensors"), ""
    yield "with a prefix", tensors(lambda found: {prefix.get(family, family + ".") + name: value for name, value in found.items()}), ""
    yield "with a wrong prefix", tensors(lambda found: {"x." + name: value for name, value in found.items()}), ""
    yield "in float16", tensors(lambda found: {name: value.half() for name, value in found.items()}), ""
    yield "one tensor more", tensors(lambda found: {**found, "x.weight": next(iter(found.values())) * 1}), ""
    yield "one tensor less", tensors(lambda found: dict(sorted(found.items())[:-1])), ""
