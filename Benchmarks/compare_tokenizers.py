#!/usr/bin/env python3
"""Akin's tokenizer beside Hugging Face's (Rust), both in one thread: ids of all Cranfield abstracts, in CPU time.

Usage: compare_tokenizers.py [TOKENIZER.json ...]: those beside the default model's. With none the section of RESULTS.md is
written; with some the table is printed only.
"""

import os
import sys
import time

import measure
from measure import Worker, median, spread

ROUNDS = 7


def compare(akin, texts, path, tokenizer, own):
    """Seconds of both, in turn, and the number of tokens, which must be the same. Texts come again in every round, as words do in a
    long run: both keep what words became."""
    from tokenizers import Tokenizer

    theirs = Tokenizer.from_file(tokenizer)
    theirs.no_padding()
    theirs.no_truncation()
    ours_seconds, theirs_seconds, tokens = [], [], 0
    for _ in range(ROUNDS):
        answer = akin.ask("tokenize", path, 1, *([] if own else [tokenizer]))
        ours_seconds += answer["seconds"]
        start = time.thread_time()
        encodings = theirs.encode_batch_fast(texts)
        theirs_seconds.append(time.thread_time() - start)
        tokens = sum(len(encoding.ids) for encoding in encodings)
        if tokens != answer["tokens"]:
            raise measure.Failure(f"{tokenizer}: {answer['tokens']} tokens, {tokens} of Hugging Face's")
    return ours_seconds, theirs_seconds, tokens


def main():
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    abstracts, _ = measure.cranfield()
    path = measure.write_texts("abstracts", abstracts)
    size = sum(len(text.encode()) for text in abstracts) / 1e6
    akin = Worker([measure.BENCH, measure.MODEL, "1"], 1)
    lines = []
    for tokenizer in [os.path.join(measure.model_folder(), "tokenizer.json"), *map(os.path.abspath, sys.argv[1:])]:
        ours, theirs, tokens = compare(akin, abstracts, path, tokenizer, own=not lines)
        rows = [
            [name, f"{1000 * median(seconds):.1f} ±{spread(seconds):.0f} %", f"{size / median(seconds):.1f}",
             f"{median(theirs) / median(seconds):.1f}"]
            for name, seconds in (("tokenizers, encode_batch_fast", theirs), ("**Akin**", ours))]
        if lines:
            lines += ["", os.path.basename(os.path.dirname(tokenizer)) + ":"]
        lines += [
            f"{len(abstracts)} abstracts, {tokens} tokens, {ROUNDS} rounds in turn, CPU time of one thread, medians.", "",
            *measure.table(["tokenizer", "ms", "MB/s", "x"], rows)]
    akin.close()
    if len(sys.argv) == 1:
        measure.write_section("tokenizer", "Tokenizer", lines)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
