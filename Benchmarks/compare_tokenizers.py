#!/usr/bin/env python3
"""Akin's tokenizer beside Hugging Face's (Rust), both in one thread: ids of all Cranfield abstracts, in CPU time."""

import os
import time

import measure
from measure import Worker, median, spread

ROUNDS = 7


def main():
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from tokenizers import Tokenizer

    abstracts, _ = measure.cranfield()
    path = measure.write_texts("abstracts", abstracts)
    theirs = Tokenizer.from_file(os.path.join(measure.model_folder(), "tokenizer.json"))
    theirs.no_padding()
    theirs.no_truncation()
    akin = Worker([measure.BENCH, measure.MODEL, "1"], 1)
    ours_seconds, theirs_seconds, tokens = [], [], 0
    for _ in range(ROUNDS):
        answer = akin.ask("tokenize", path, 1)
        ours_seconds += answer["seconds"]
        start = time.thread_time()
        encodings = theirs.encode_batch_fast(abstracts)
        theirs_seconds.append(time.thread_time() - start)
        tokens = sum(len(encoding.ids) for encoding in encodings)
        if tokens != answer["tokens"]:
            raise measure.Failure(f"{answer['tokens']} tokens, {tokens} of Hugging Face's")
    akin.close()
    size = sum(len(text.encode()) for text in abstracts) / 1e6
    rows = [
        [name, f"{1000 * median(seconds):.1f} ±{spread(seconds):.0f} %", f"{size / median(seconds):.1f}",
         f"{median(theirs_seconds) / median(seconds):.1f}"]
        for name, seconds in (("tokenizers, encode_batch_fast", theirs_seconds), ("**Akin**", ours_seconds))]
    lines = [
        f"{len(abstracts)} abstracts, {tokens} tokens, {ROUNDS} rounds in turn, CPU time of one thread, medians.", "",
        *measure.table(["tokenizer", "ms", "MB/s", "x"], rows)]
    measure.write_section("tokenizer", "Tokenizer", lines)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
