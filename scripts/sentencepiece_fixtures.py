#!/usr/bin/env python3
"""Makes Tests/Fixtures/tokenizers/sentencepiece: small SentencePiece models, and what transformers 5 makes of each for one of
its classes.

Usage: python3 scripts/sentencepiece_fixtures.py (needs sentencepiece and transformers 5)
"""

import pathlib
import shutil
import tempfile

import sentencepiece
from transformers import (
    AlbertTokenizer, CamembertTokenizer, GemmaTokenizer, LlamaTokenizer, T5Tokenizer, XLMRobertaTokenizer)

import tokenizer_fixtures as fixtures

FOLDER = fixtures.FOLDER / "sentencepiece"
PAIRS = dict(
    model_type="bpe", byte_fallback=True, vocab_size=700, normalization_rule_name="identity", remove_extra_whitespaces=False)
MODELS = {
    "xlm-roberta": (XLMRobertaTokenizer, {}),
    "camembert": (CamembertTokenizer, None),
    "albert": (AlbertTokenizer, dict(
        control_symbols=["[CLS]", "[SEP]", "[MASK]"], pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, pad_piece="<pad>")),
    "t5": (T5Tokenizer, dict(pad_id=0, eos_id=1, unk_id=2, bos_id=-1)),
    "llama": (LlamaTokenizer, PAIRS),
    "gemma": (GemmaTokenizer, dict(
        PAIRS, add_dummy_prefix=False, pad_id=0, eos_id=1, bos_id=2, unk_id=3, eos_piece="<eos>", bos_piece="<bos>")),
}


def train(path, rules, options):
    """A model of a few lines, with the small map of characters unless the options say another one."""
    arguments = dict(
        sentence_iterator=iter(fixtures.CORPUS * 6), model_prefix=str(path.with_suffix("")), vocab_size=420,
        character_coverage=1.0, minloglevel=2, hard_vocab_limit=False, num_threads=1)
    if "normalization_rule_name" not in options:
        arguments["normalization_rule_tsv"] = str(rules)
    sentencepiece.SentencePieceTrainer.train(**{**arguments, **options})
    path.with_suffix(".vocab").unlink()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    rules = FOLDER / "rules.tsv"
    fixtures.write_rules(rules)
    for name, (tokenizer_class, options) in MODELS.items():
        path = FOLDER / f"{name}.model"
        if options is None:
            path = FOLDER / "xlm-roberta.model"
        else:
            train(path, rules, options)
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(path, pathlib.Path(folder) / tokenizer_class.vocab_files_names.get("vocab_file", "tokenizer.model"))
            tokenizer = tokenizer_class.from_pretrained(folder)
        tokenizer.backend_tokenizer.save(str(FOLDER / f"{name}.json"), pretty=False)
        print(name, len(tokenizer))
    rules.unlink()


if __name__ == "__main__":
    main()
