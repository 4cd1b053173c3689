"""Clients of other programs' servers, unchanged, at one of Akin's: what each is asked for, and that it gets what the command
line gives. Usage: clients.py ADDRESS AKIN MODEL RERANK_MODEL [CLIENT...]; without a client, all that are installed."""

import asyncio
import importlib.util
import json
import os
import subprocess
import sys

KEY = os.environ["AKIN_API_KEY"]
TEXTS = ["How do plants survive?", "Photosynthesis is how plants make food.", "The invoice has not been paid yet."]


def near(vectors, wanted):
    """Equal but for the rounding of decimal numbers."""
    assert len(vectors) == len(wanted), f"{len(vectors)} vectors"
    for vector, right in zip(vectors, wanted):
        assert len(vector) == len(right), f"{len(vector)} components"
        worst = max(abs(float(a) - b) for a, b in zip(vector, right))
        assert worst < 1e-6, f"components differ by {worst}"


def near_shortened(vectors, wanted, dimensions):
    """The first components, of length 1 again."""
    cut = [vector[:dimensions] for vector in wanted]
    lengths = [sum(value * value for value in vector) ** 0.5 for vector in cut]
    near(vectors, [[value / length for value in vector] for vector, length in zip(cut, lengths)])


def raises(name, call):
    try:
        call()
    except Exception as error:
        assert type(error).__name__ == name, f"{type(error).__name__}: {error}"
        return str(error)
    raise AssertionError(f"no {name}")


def openai_client(server, wanted, model, _):
    import openai

    client = openai.OpenAI(base_url=server + "/v1", api_key=KEY)
    answer = client.embeddings.create(model=model, input=TEXTS)
    near([item.embedding for item in answer.data], wanted)
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 0
    near([client.embeddings.create(model=model, input=TEXTS[0], encoding_format="float").data[0].embedding], wanted[:1])
    answer = client.embeddings.create(model=model, input=TEXTS, dimensions=64)
    near_shortened([item.embedding for item in answer.data], wanted, 64)
    assert model in client.models.list().data[0].id and client.models.retrieve(model).object == "model"
    assert "is not served here" in raises("NotFoundError", lambda: client.embeddings.create(model="other", input="a"))
    raises("BadRequestError", lambda: client.embeddings.create(model=model, input=[]))
    stranger = openai.OpenAI(base_url=server + "/v1", api_key="other")
    raises("AuthenticationError", lambda: stranger.models.list())
    return "embeddings (base64, float, dimensions), models, errors"


def ollama_client(server, wanted, model, _):
    import ollama

    client = ollama.Client(host=server, headers={"Authorization": "Bearer " + KEY})
    near(client.embed(model=model, input=TEXTS).embeddings, wanted)
    near([client.embeddings(model=model, prompt=TEXTS[0]).embedding], wanted[:1])
    near_shortened(client.embed(model=model, input=TEXTS, dimensions=64).embeddings, wanted, 64)
    assert model in client.list().models[0].model
    raises("ResponseError", lambda: client.embed(model="other", input="a"))
    return "embed, embeddings, list, errors"


def huggingface_hub_client(server, wanted, model, _):
    from huggingface_hub import InferenceClient

    client = InferenceClient(model=server, token=KEY)
    near([client.feature_extraction(text).reshape(-1).tolist() for text in TEXTS], wanted)
    near(InferenceClient(model=server + "/embed", token=KEY).feature_extraction(TEXTS[0]).tolist(), wanted[:1])
    scores = client.sentence_similarity(TEXTS[0], other_sentences=TEXTS[1:])
    assert scores[0] > scores[1], scores
    return "feature_extraction, sentence_similarity"


def cohere_client(server, _, __, rerank_model):
    import cohere

    for make in (cohere.ClientV2, cohere.Client):
        client = make(api_key=KEY, base_url=server)
        answer = client.rerank(model=rerank_model, query=TEXTS[0], documents=TEXTS[1:], top_n=2)
        scores = [item.relevance_score for item in answer.results]
        assert sorted(item.index for item in answer.results) == [0, 1] and scores == sorted(scores, reverse=True)
    raises("NotFoundError", lambda: client.rerank(model="other", query="a", documents=["b"]))
    return "rerank (v1, v2), errors"


def langchain_openai_client(server, wanted, model, _):
    from langchain_openai import OpenAIEmbeddings

    # Else it sends the ids of OpenAI's own vocabulary, which no other model has.
    embeddings = OpenAIEmbeddings(base_url=server + "/v1", api_key=KEY, model=model, check_embedding_ctx_length=False)
    near(embeddings.embed_documents(TEXTS), wanted)
    near([embeddings.embed_query(TEXTS[0])], wanted[:1])
    return "embed_documents, embed_query"


def langchain_ollama_client(server, wanted, model, _):
    from langchain_ollama import OllamaEmbeddings

    embeddings = OllamaEmbeddings(
        base_url=server, model=model, client_kwargs={"headers": {"Authorization": "Bearer " + KEY}})
    near(embeddings.embed_documents(TEXTS), wanted)
    return "embed_documents"


def llama_index_client(server, wanted, model, _):
    from llama_index.embeddings.openai_like import OpenAILikeEmbedding

    embedding = OpenAILikeEmbedding(model_name=model, api_base=server + "/v1", api_key=KEY)
    near(embedding.get_text_embedding_batch(TEXTS), wanted)
    return "get_text_embedding_batch (OpenAI-like)"


def llama_index_tei_client(server, wanted, model, _):
    from llama_index.embeddings.text_embeddings_inference import TextEmbeddingsInference

    embedding = TextEmbeddingsInference(
        base_url=server, model_name=model, auth_token=KEY, text_instruction="", query_instruction="")
    near(embedding.get_text_embedding_batch(TEXTS), wanted)
    return "get_text_embedding_batch (text-embeddings-inference)"


def litellm_client(server, wanted, model, rerank_model):
    import litellm

    answer = litellm.embedding(model="openai/" + model, input=TEXTS, api_base=server + "/v1", api_key=KEY)
    near([item["embedding"] for item in answer.data], wanted)
    answer = litellm.rerank(
        model="cohere/" + rerank_model, query=TEXTS[0], documents=TEXTS[1:], api_base=server, api_key=KEY)
    assert len(answer.results) == 2
    return "embedding, rerank"


def chromadb_client(server, wanted, model, _):
    from chromadb.utils.embedding_functions import OpenAIEmbeddingFunction

    near(OpenAIEmbeddingFunction(api_key=KEY, model_name=model, api_base=server + "/v1")(TEXTS), wanted)
    return "OpenAIEmbeddingFunction"


def langchain_huggingface_client(server, wanted, model, _):
    from huggingface_hub import AsyncInferenceClient, InferenceClient
    from langchain_huggingface import HuggingFaceEndpointEmbeddings

    # It takes names of the hub alone, and a client of the hub's that knows an address.
    embeddings = HuggingFaceEndpointEmbeddings(model="sentence-transformers/" + model, huggingfacehub_api_token=KEY)
    embeddings.client = InferenceClient(model=server, token=KEY)
    embeddings.async_client = AsyncInferenceClient(model=server, token=KEY)
    near(embeddings.embed_documents(TEXTS), wanted)
    near([embeddings.embed_query(TEXTS[0])], wanted[:1])
    near(asyncio.run(embeddings.aembed_documents(TEXTS)), wanted)
    return "HuggingFaceEndpointEmbeddings: embed_documents, embed_query, aembed_documents"


def pymilvus_client(server, wanted, model, rerank_model):
    from pymilvus.model.dense import TEIEmbeddingFunction
    from pymilvus.model.reranker import TEIRerankFunction

    # It has no place for a key but the address.
    address = server.replace("://", f"://akin:{KEY}@")
    function = TEIEmbeddingFunction(address)
    assert function.dim == len(wanted[0])
    near([vector.tolist() for vector in function.encode_documents(TEXTS)], wanted)
    near([vector.tolist() for vector in function.encode_queries(TEXTS[:1])], wanted[:1])
    assert "empty" in raises("RuntimeError", lambda: function.encode_queries([""]))
    found = TEIRerankFunction(address)(TEXTS[0], TEXTS[1:])
    assert sorted(item.index for item in found) == [0, 1] and found[0].text in TEXTS
    return "TEIEmbeddingFunction, TEIRerankFunction, errors"


def llm_client(server, wanted, model, _):
    os.environ["OPENAI_BASE_URL"] = server + "/v1"
    from llm.default_plugins.openai_models import OpenAIEmbeddingModel

    embedding = OpenAIEmbeddingModel("akin", model)
    embedding.key = KEY
    near(list(embedding.embed_multi(TEXTS)), wanted)
    return "embed_multi"


# The client, the module that it is installed by, and its calls.
CLIENTS = {
    "openai": ("openai", openai_client),
    "ollama": ("ollama", ollama_client),
    "huggingface_hub": ("huggingface_hub", huggingface_hub_client),
    "cohere": ("cohere", cohere_client),
    "langchain-openai": ("langchain_openai", langchain_openai_client),
    "langchain-ollama": ("langchain_ollama", langchain_ollama_client),
    "llama-index": ("llama_index.embeddings.openai_like", llama_index_client),
    "llama-index-tei": ("llama_index.embeddings.text_embeddings_inference", llama_index_tei_client),
    "langchain-huggingface": ("langchain_huggingface", langchain_huggingface_client),
    "pymilvus": ("pymilvus.model", pymilvus_client),
    "litellm": ("litellm", litellm_client),
    "chromadb": ("chromadb", chromadb_client),
    "llm": ("llm", llm_client),
}


def is_installed(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def main():
    server, akin, model, rerank_model, *names = sys.argv[1:]
    lines = subprocess.run([akin, "embed", "--json"], input="\n".join(TEXTS), stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    wanted = [json.loads(line)["embedding"] for line in lines.splitlines()]
    failed = 0
    for name in names or [name for name, (module, _) in CLIENTS.items() if is_installed(module)]:
        try:
            print(f"| {name} | {CLIENTS[name][1](server, wanted, model, rerank_model)} | as the command line |", flush=True)
        except Exception as error:
            failed += 1
            print(f"| {name} | FAILED | {type(error).__name__}: {error} |", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
