#!/usr/bin/env python3
"""Makes the model files of Akin's peers, each by its own documented way: export_peers.py MODEL EXPORTS [TEXTS]

Makes what is missing in EXPORTS: ONNX, fused for ONNX Runtime and quantised to int8 a channel; OpenVINO, and int8 by NNCF
calibrated on 200 lines of TEXTS; CTranslate2.
"""

import inspect
import os
import sys

from subject import Subject


def export_onnx(model, path):
    import torch
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(model, attn_implementation="eager").float().eval()
    names = ["input_ids", "attention_mask"]
    if getattr(encoder.config, "type_vocab_size", 0) and "token_type_ids" in inspect.signature(encoder.forward).parameters:
        names.append("token_type_ids")

    class Network(torch.nn.Module):
        """The model with its inputs by name, whose order is not the same in every version."""

        def __init__(self):
            super().__init__()
            self.encoder = encoder

        def forward(self, *inputs):
            return self.encoder(**dict(zip(names, inputs))).last_hidden_state

    ids = torch.ones((2, 8), dtype=torch.int64)
    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "last_hidden_state"]}
    torch.onnx.export(
        Network(), (ids, ids, torch.zeros_like(ids))[:len(names)], path, input_names=names,
        output_names=["last_hidden_state"], dynamic_axes=axes, opset_version=17, dynamo=False)


def fuse_onnx(source, path, subject):
    from onnxruntime.transformers import optimizer

    optimizer.optimize_model(
        source, model_type="bert", num_heads=subject.config["num_attention_heads"], hidden_size=subject.dimensions,
    ).save_model_to_file(path)


def quantize_onnx(source, path):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source, path, weight_type=QuantType.QInt8, per_channel=True, extra_options={"DefaultTensorType": 1})


def export_openvino(source, path):
    import openvino

    openvino.save_model(openvino.convert_model(source), path, compress_to_fp16=False)


def quantize_openvino(source, path, model, texts):
    import nncf
    import numpy
    import openvino
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(os.path.join(model, "tokenizer.json"))
    tokenizer.enable_truncation(Subject(model).length)
    tokenizer.no_padding()
    with open(texts, encoding="utf-8") as file:
        lines = file.read().splitlines()[:200]

    network = openvino.Core().read_model(source)
    names = {port.get_any_name() for port in network.inputs}

    def inputs(text):
        ids = numpy.array([tokenizer.encode(text).ids], dtype=numpy.int64)
        all_inputs = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
        return {name: value for name, value in all_inputs.items() if name in names}

    dataset = nncf.Dataset([inputs(line) for line in lines])
    openvino.save_model(
        nncf.quantize(network, dataset, model_type=nncf.ModelType.TRANSFORMER, subset_size=len(lines)), path)


def export_ctranslate2(model, folder):
    from ctranslate2.converters import TransformersConverter

    TransformersConverter(model).convert(folder, force=True)


def main():
    model, exports, texts = sys.argv[1:]
    subject = Subject(model)
    peers, _ = subject.peers()
    os.makedirs(exports, exist_ok=True)

    def make(name, function, *arguments):
        path = os.path.join(exports, name)
        if not os.path.exists(path):
            print(f"export: {name}", flush=True)
            function(*arguments[:1], path, *arguments[1:])
        return path

    plain = make("model.onnx", export_onnx, model)
    fused = make("fused.onnx", lambda source, path: fuse_onnx(source, path, subject), plain)
    make("int8.onnx", quantize_onnx, fused)
    network = make("float.xml", export_openvino, plain)
    make("int8.xml", quantize_openvino, network, model, texts)
    if "ctranslate2-int8" in peers:
        make("ctranslate2", export_ctranslate2, model)


if __name__ == "__main__":
    main()
