"""JinaBERT v2 for sentence-transformers: a folder whose `modeling.py` says what the family's own code on the hub computes, by its paper
(arXiv:2310.19923): BERT whose scores lose a slope times the distance, and a gated feed-forward network. transformers has no class of it.
"""

from __future__ import annotations

from pathlib import Path

CONFIGURATION = dict(
    position_embedding_type="alibi", feed_forward_type="geglu", architectures=["JinaBertModel"],
    auto_map={"AutoModel": "modeling.JinaBertModel"})
MODELING = '''
import torch
from torch import nn
from transformers import BertConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.hidden_size
        self.self = nn.ModuleDict({name: nn.Linear(size, size) for name in ("query", "key", "value")})
        self.output = nn.ModuleDict({"dense": nn.Linear(size, size), "LayerNorm": nn.LayerNorm(size, config.layer_norm_eps)})


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        size, wide = config.hidden_size, config.intermediate_size
        self.heads, self.attention = config.num_attention_heads, Attention(config)
        self.mlp = nn.ModuleDict({
            "gated_layers": nn.Linear(size, 2 * wide, bias=False), "wo": nn.Linear(wide, size),
            "layernorm": nn.LayerNorm(size, config.layer_norm_eps)})
        self.act = {"geglu": nn.GELU(), "reglu": nn.ReLU()}[config.feed_forward_type]

    def forward(self, x, bias):
        own, out = self.attention.self, self.attention.output
        q, k, v = (own[name](x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for name in ("query", "key", "value"))
        scores = q @ k.transpose(2, 3) / q.shape[-1] ** 0.5 + bias
        x = out["LayerNorm"](x + out["dense"]((scores.softmax(-1) @ v).transpose(1, 2).flatten(2)))
        gate, up = self.mlp["gated_layers"](x).chunk(2, -1)
        return self.mlp["layernorm"](x + self.mlp["wo"](self.act(gate) * up))


class JinaBertModel(PreTrainedModel):
    config_class = BertConfig
    base_model_prefix = "bert"

    def __init__(self, config):
        super().__init__(config)
        size = config.hidden_size
        self.embeddings = nn.ModuleDict({
            "word_embeddings": nn.Embedding(config.vocab_size, size),
            "token_type_embeddings": nn.Embedding(config.type_vocab_size, size), "LayerNorm": nn.LayerNorm(size, config.layer_norm_eps)})
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))})
        self.post_init()

    def forward(self, input_ids, attention_mask=None, token_type_ids=None, **others):
        types = torch.zeros_like(input_ids) if token_type_ids is None else token_type_ids
        x = self.embeddings["word_embeddings"](input_ids) + self.embeddings["token_type_embeddings"](types)
        x = self.embeddings["LayerNorm"](x)
        places = torch.arange(input_ids.shape[1])
        bias = -slopes(self.config.num_attention_heads)[:, None, None] * (places[None] - places[:, None]).abs()
        if attention_mask is not None:
            bias = bias + (1 - attention_mask[:, None, None].float()) * -1e9
        for layer in self.encoder["layer"]:
            x = layer(x, bias)
        return BaseModelOutput(last_hidden_state=x)


def slopes(heads):
    """Of each head; where they are no power of two, every second one of the next such number follows (arXiv:2108.12409)."""
    def of(count):
        return [2.0 ** (-8 * (head + 1) / count) for head in range(count)]

    whole = 2 ** (heads.bit_length() - 1)
    return torch.tensor(of(whole) + of(2 * whole)[::2][: heads - whole])
'''


def model_of(folder: Path, **sizes):
    """The model, with its code in the folder."""
    import transformers as t

    folder.mkdir(exist_ok=True)
    (folder / "modeling.py").write_text(MODELING, encoding="utf-8")
    space = {"__name__": "modeling"}
    exec(MODELING, space)  # noqa: S102
    return space["JinaBertModel"](t.BertConfig(**CONFIGURATION, **sizes))
