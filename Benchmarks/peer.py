#!/usr/bin/env python3
"""A peer of Akin as a process: peer.py KIND THREADS MODEL EXPORTS. Commands and answers are akin-bench's (measure.py).

Each peer has its best settings: batches of 32 texts, sorted by length, and as many streams or workers as threads for a
batch, all threads for one text. Vectors are mean-pooled and normalised, as the model says.
"""

import json
import os
import sys
import time

import numpy

BATCH = 32
LENGTH = 256


def pool(states, mask):
    """Mean over the tokens of each text, to length 1."""
    mask = mask[:, :, None].astype(numpy.float32)
    vectors = (states * mask).sum(axis=1) / mask.sum(axis=1)
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


def batches(texts):
    """Indices of texts of like length, longest first."""
    order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
    return [order[start:start + BATCH] for start in range(0, len(order), BATCH)]


class Tokenized:
    """What engines without a tokenizer of their own share: Hugging Face's."""

    def __init__(self, model):
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_file(os.path.join(model, "tokenizer.json"))
        self.tokenizer.enable_truncation(LENGTH)
        self.tokenizer.enable_padding()

    def inputs(self, texts):
        encodings = self.tokenizer.encode_batch_fast(texts)
        ids = numpy.array([encoding.ids for encoding in encodings], dtype=numpy.int64)
        mask = numpy.array([encoding.attention_mask for encoding in encodings], dtype=numpy.int64)
        return {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}

    def embed(self, texts):
        vectors = numpy.empty((len(texts), 384), dtype=numpy.float32)
        for indices in batches(texts):
            inputs = self.inputs([texts[index] for index in indices])
            vectors[indices] = pool(self.states(inputs), inputs["attention_mask"])
        return vectors


class SentenceTransformers:
    def __init__(self, model, exports, threads):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        self.model = SentenceTransformer(model, device="cpu", local_files_only=True)

    def embed(self, texts):
        return self.model.encode(texts, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True)


class OnnxRuntime(Tokenized):
    file = "fused.onnx"

    def __init__(self, model, exports, threads):
        super().__init__(model)
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        path = os.path.join(exports, self.file)
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.names = {node.name for node in self.session.get_inputs()}

    def states(self, inputs):
        return self.session.run(None, {name: inputs[name] for name in self.names})[0]


class OnnxRuntimeInt8(OnnxRuntime):
    file = "int8.onnx"


class OpenVINO(Tokenized):
    file = "float.xml"

    def __init__(self, model, exports, threads):
        super().__init__(model)
        import openvino

        core = openvino.Core()
        network = core.read_model(os.path.join(exports, self.file))
        self.names = [port.get_any_name() for port in network.inputs]
        settings = {"INFERENCE_NUM_THREADS": threads}
        self.single = core.compile_model(network, "CPU", {**settings, "PERFORMANCE_HINT": "LATENCY"})
        self.many = core.compile_model(network, "CPU", {**settings, "NUM_STREAMS": threads}) if threads > 1 else None
        self.openvino = openvino
        self.threads = threads

    def states(self, inputs):
        return self.single([inputs[name] for name in self.names])[0]

    def embed(self, texts):
        if self.many is None or len(texts) <= BATCH:
            return super().embed(texts)
        vectors = numpy.empty((len(texts), 384), dtype=numpy.float32)
        queue = self.openvino.AsyncInferQueue(self.many, self.threads)

        def done(request, job):
            indices, mask = job
            vectors[indices] = pool(request.get_output_tensor(0).data, mask)

        queue.set_callback(done)
        for indices in batches(texts):
            inputs = self.inputs([texts[index] for index in indices])
            queue.start_async([inputs[name] for name in self.names], (indices, inputs["attention_mask"]))
        queue.wait_all()
        return vectors


class OpenVINOInt8(OpenVINO):
    file = "int8.xml"


class CTranslate2(Tokenized):
    def __init__(self, model, exports, threads):
        super().__init__(model)
        import ctranslate2
        from concurrent.futures import ThreadPoolExecutor

        self.tokenizer.no_padding()
        folder = os.path.join(exports, "ctranslate2")

        def encoder(workers, each):
            return ctranslate2.Encoder(
                folder, device="cpu", compute_type="int8", inter_threads=workers, intra_threads=each)

        self.single = encoder(1, threads)
        self.many = encoder(threads, 1) if threads > 1 else self.single
        self.pool = ThreadPoolExecutor(threads)

    def encode(self, encoder, texts):
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch_fast(texts)]
        states = numpy.array(encoder.forward_batch(ids).last_hidden_state)
        lengths = numpy.array([len(row) for row in ids])
        return pool(states, numpy.arange(states.shape[1])[None, :] < lengths[:, None])

    def embed(self, texts):
        if len(texts) <= BATCH:
            return self.encode(self.single, texts)
        vectors = numpy.empty((len(texts), 384), dtype=numpy.float32)
        jobs = batches(texts)
        parts = self.pool.map(lambda indices: self.encode(self.many, [texts[index] for index in indices]), jobs)
        for indices, part in zip(jobs, parts):
            vectors[indices] = part
        return vectors


class LlamaCpp:
    """Reads the very file that Akin quantised."""

    def __init__(self, model, exports, threads):
        import llama_cpp

        self.model = llama_cpp.Llama(
            os.path.join(exports, "q8_0.gguf"), embedding=True, n_threads=threads, n_threads_batch=threads, n_ctx=512,
            n_batch=512, n_ubatch=512, verbose=False)

    def embed(self, texts):
        return numpy.array([self.model.embed(text, normalize=True) for text in texts], dtype=numpy.float32)


KINDS = {
    "sentence-transformers": SentenceTransformers, "onnxruntime": OnnxRuntime, "onnxruntime-int8": OnnxRuntimeInt8,
    "openvino": OpenVINO, "openvino-int8": OpenVINOInt8, "ctranslate2-int8": CTranslate2, "llama.cpp-q8_0": LlamaCpp,
}


def answer(engine, command, path, last):
    with open(path, encoding="utf-8") as file:
        texts = file.read().splitlines()
    if command == "save":
        engine.embed(texts).astype("<f4").tofile(last)
        return {"rows": len(texts)}
    requests = [texts] if command == "run" else [[text] for text in texts]
    seconds = []
    for _ in range(int(last)):
        for request in requests:
            start = time.perf_counter()
            engine.embed(request)
            seconds.append(time.perf_counter() - start)
    return {"seconds": seconds}


def main():
    # Libraries that print to standard output must not disturb the answers.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    kind, threads, model, exports = sys.argv[1:]
    engine = KINDS[kind](model, exports, int(threads))
    engine.embed(["first"])
    print(json.dumps({"ready": True}), file=output, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(engine, *line.split())), file=output, flush=True)


if __name__ == "__main__":
    main()
