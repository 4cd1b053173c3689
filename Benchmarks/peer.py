#!/usr/bin/env python3
"""A peer of Akin as a process: peer.py KIND THREADS MODEL EXPORTS. Commands and answers are akin-bench's (measure.py).

Each peer has its best settings: batches of 32 texts, sorted by length, and as many streams or workers as threads for a
batch, all threads for one text. Vectors are pooled as the model says, and all have length 1.
"""

import json
import os
import sys
import time

import numpy

from subject import Subject

BATCH = 32


def scaled(vectors):
    """To length 1; a text without tokens keeps its zeros."""
    norms = numpy.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / numpy.where(norms == 0, 1, norms)


def pool(states, mask, takes_first):
    """The first token's vector, or the mean over the tokens of each text, to length 1."""
    if takes_first:
        return scaled(states[:, 0])
    mask = mask[:, :, None].astype(numpy.float32)
    return scaled((states * mask).sum(axis=1) / mask.sum(axis=1))


def batches(texts):
    """Indices of texts of like length, longest first."""
    order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
    return [order[start:start + BATCH] for start in range(0, len(order), BATCH)]


class Tokenized:
    """What engines without a tokenizer of their own share: Hugging Face's."""

    def __init__(self, model):
        from tokenizers import Tokenizer

        self.subject = Subject(model)
        self.tokenizer = Tokenizer.from_file(os.path.join(model, "tokenizer.json"))
        self.tokenizer.enable_truncation(self.subject.length)
        padding = self.tokenizer.padding or {}
        self.tokenizer.enable_padding(pad_id=padding.get("pad_id", 0), pad_token=padding.get("pad_token", "[PAD]"))

    def inputs(self, texts):
        encodings = self.tokenizer.encode_batch_fast(texts)
        ids = numpy.array([encoding.ids for encoding in encodings], dtype=numpy.int64)
        mask = numpy.array([encoding.attention_mask for encoding in encodings], dtype=numpy.int64)
        return {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}

    def room(self, texts):
        return numpy.empty((len(texts), self.subject.dimensions), dtype=numpy.float32)

    def embed(self, texts):
        vectors = self.room(texts)
        for indices in batches(texts):
            inputs = self.inputs([texts[index] for index in indices])
            vectors[indices] = pool(self.states(inputs), inputs["attention_mask"], self.subject.pools_first)
        return vectors


class SentenceTransformers:
    def __init__(self, model, exports, threads):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        subject = Subject(model)
        self.model = SentenceTransformer(model, device="cpu", local_files_only=True).float()
        if not subject.is_static:
            self.model.max_seq_length = subject.length

    def embed(self, texts):
        return self.model.encode(
            texts, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True, normalize_embeddings=True)


def table(model):
    """What a static model's folder holds: the table of words' vectors and what stands beside it, and the tokenizer."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    tensors = load_file(os.path.join(model, "model.safetensors"))
    tensors["table"] = tensors.pop("embedding.weight", None) if "embedding.weight" in tensors else tensors.pop("embeddings")
    return tensors, Tokenizer.from_file(os.path.join(model, "tokenizer.json"))


class Model2Vec:
    def __init__(self, model, exports, threads):
        from model2vec import StaticModel

        # Its loader wants a config.json of its own; what it makes of a table is the same.
        tensors, tokenizer = table(model)
        self.model = StaticModel(
            tensors["table"], tokenizer, weights=tensors.get("weights"), token_mapping=tensors.get("mapping"), max_length=None)

    def embed(self, texts):
        return self.model.encode(texts, normalize=True, use_multiprocessing=False, batch_size=1024)


class WordLlama:
    def __init__(self, model, exports, threads):
        from wordllama.inference import WordLlamaInference

        tensors, tokenizer = table(model)
        self.model = WordLlamaInference(tensors["table"].astype(numpy.float32), tokenizer)

    def embed(self, texts):
        return self.model.embed(texts, norm=True)


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
        vectors = self.room(texts)
        queue = self.openvino.AsyncInferQueue(self.many, self.threads)

        def done(request, job):
            indices, mask = job
            vectors[indices] = pool(request.get_output_tensor(0).data, mask, self.subject.pools_first)

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
        mask = numpy.arange(states.shape[1])[None, :] < lengths[:, None]
        return pool(states, mask, self.subject.pools_first)

    def embed(self, texts):
        if len(texts) <= BATCH:
            return self.encode(self.single, texts)
        vectors = self.room(texts)
        jobs = batches(texts)
        parts = self.pool.map(lambda indices: self.encode(self.many, [texts[index] for index in indices]), jobs)
        for indices, part in zip(jobs, parts):
            vectors[indices] = part
        return vectors


class LlamaCpp:
    """Reads the very file that Akin quantised."""

    def __init__(self, model, exports, threads):
        path = os.path.join(exports, "q8_0.gguf")
        try:
            import llama_cpp
        except ImportError:
            self.vector = self.built(path, threads)
            return
        model = llama_cpp.Llama(
            path, embedding=True, n_threads=threads, n_threads_batch=threads, n_ctx=512, n_batch=512, n_ubatch=512, verbose=False)
        self.vector = lambda text: model.embed(text, normalize=True)

    @staticmethod
    def built(path, threads):
        """The same library as xllamacpp has it, built for AVX2, where llama-cpp-python has not been compiled."""
        import xllamacpp

        parameters = xllamacpp.CommonParams()
        parameters.model.path, parameters.embedding, parameters.n_parallel = path, True, 1
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = 512
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
        server = xllamacpp.Server(parameters)
        return lambda text: server.handle_embeddings({"input": text})["data"][0]["embedding"]

    def embed(self, texts):
        return numpy.array([self.vector(text) for text in texts], dtype=numpy.float32)


KINDS = {
    "sentence-transformers": SentenceTransformers, "onnxruntime": OnnxRuntime, "onnxruntime-int8": OnnxRuntimeInt8,
    "openvino": OpenVINO, "openvino-int8": OpenVINOInt8, "ctranslate2-int8": CTranslate2, "llama.cpp-q8_0": LlamaCpp,
    "model2vec": Model2Vec, "wordllama": WordLlama,
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
