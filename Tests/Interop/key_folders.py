"""A small model of every family, with random weights and a tokenizer of its own, in a folder as sentence-transformers saves it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import key_jina
from akin_program import REPOSITORY

SIZES = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, max_position_embeddings=66)
POOLINGS = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken")
BERT_NAMES = dict(cls_token="[CLS]", pad_token="[PAD]", sep_token="[SEP]", unk_token="[UNK]", mask_token="[MASK]")
ROBERTA_NAMES = dict(
    cls_token="<s>", pad_token="<pad>", sep_token="</s>", unk_token="<unk>", mask_token="<mask>", bos_token="<s>", eos_token="</s>")


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
    kind = "bert" if family == "jina-v2" else family
    known = t.AutoConfig.for_model(kind).to_dict()
    sizes = {key: value for key, value in {**SIZES, **ids}.items() if key in known and value is not None}
    sizes = dict(sizes, vocab_size=len(tokenizer) + 3, **own)
    if family == "jina-v2":
        model = key_jina.model_of(folder, **sizes)
    else:
        model = t.AutoModel.from_config(t.AutoConfig.for_model(family, **sizes))
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


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def write(path: Path, value) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
