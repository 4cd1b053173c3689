/// A model that people use and that Akin computes, and what it is good for. Sizes are those of the weights that `akin pull` brings.
struct KnownModel {
  /// Its name on the hub.
  let name: String
  /// What its files call the architecture.
  let family: String
  /// What it gives: vectors, scores, sparse vectors or vectors of tokens.
  let gives: Gives
  /// Millions of bytes, about.
  let megabytes: Int
  /// As its page says.
  let license: String
  /// For a person, in a few words.
  let use: String

  enum Gives: String {
    case vectors
    case scores
    case sparse
    case tokens
  }

  private init(
    _ name: String, _ family: String, gives: Gives = .vectors, megabytes: Int, license: String, use: String
  ) {
    (self.name, self.family, self.gives) = (name, family, gives)
    (self.megabytes, self.license, self.use) = (megabytes, license, use)
  }

  static let all = [
    KnownModel(
      "sentence-transformers/all-MiniLM-L6-v2", "bert", megabytes: 91, license: "Apache-2.0",
      use: "the default: English, fast, short texts"),
    KnownModel(
      "sentence-transformers/all-mpnet-base-v2", "mpnet", megabytes: 438, license: "Apache-2.0",
      use: "English, exact, slower"),
    KnownModel(
      "sentence-transformers/multi-qa-mpnet-base-dot-v1", "mpnet", megabytes: 438, license: "MIT",
      use: "English questions and answers"),
    KnownModel(
      "sentence-transformers/all-distilroberta-v1", "roberta", megabytes: 329, license: "Apache-2.0",
      use: "English, longer texts"),
    KnownModel(
      "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", "bert", megabytes: 471, license: "Apache-2.0",
      use: "50 languages, short texts"),
    KnownModel(
      "intfloat/multilingual-e5-small", "bert", megabytes: 471, license: "MIT",
      use: "100 languages; prompts 'query: ' and 'passage: '"),
    KnownModel("BAAI/bge-small-en-v1.5", "bert", megabytes: 133, license: "MIT", use: "English search, small"),
    KnownModel(
      "Snowflake/snowflake-arctic-embed-l-v2.0", "xlm-roberta", megabytes: 2271, license: "Apache-2.0",
      use: "many languages, 8,192 tokens"),
    KnownModel(
      "dangvantuan/sentence-camembert-base", "camembert", megabytes: 443, license: "Apache-2.0", use: "French"),
    KnownModel(
      "nomic-ai/nomic-embed-text-v1.5", "nomic_bert", megabytes: 547, license: "Apache-2.0",
      use: "English, 8,192 tokens, vectors to cut"),
    KnownModel("nomic-ai/CodeRankEmbed", "nomic_bert", megabytes: 547, license: "MIT", use: "code"),
    KnownModel(
      "Alibaba-NLP/gte-modernbert-base", "modernbert", megabytes: 298, license: "Apache-2.0",
      use: "English, 8,192 tokens"),
    KnownModel(
      "Alibaba-NLP/gte-multilingual-base", "new", megabytes: 611, license: "Apache-2.0",
      use: "70 languages, 8,192 tokens"),
    KnownModel(
      "jinaai/jina-embeddings-v2-base-en", "jina_bert_v2", megabytes: 275, license: "Apache-2.0",
      use: "English, 8,192 tokens"),
    KnownModel(
      "Qwen/Qwen3-Embedding-0.6B", "qwen3", megabytes: 1192, license: "Apache-2.0",
      use: "many languages and code, with instructions"),
    KnownModel(
      "google/embeddinggemma-300m", "gemma3_text", megabytes: 1211, license: "Gemma",
      use: "100 languages; needs HF_TOKEN"),
    KnownModel(
      "sentence-transformers/paraphrase-albert-small-v2", "albert", megabytes: 47, license: "Apache-2.0",
      use: "English, least memory"),
    KnownModel(
      "minishlab/potion-base-8M", "static", megabytes: 30, license: "MIT",
      use: "English, no transformer: very fast, less exact"),
    KnownModel(
      "cross-encoder/ms-marco-MiniLM-L6-v2", "bert", gives: .scores, megabytes: 91, license: "Apache-2.0",
      use: "reranks English passages, fast"),
    KnownModel(
      "BAAI/bge-reranker-base", "xlm-roberta", gives: .scores, megabytes: 1112, license: "MIT",
      use: "reranks English and Chinese"),
    KnownModel(
      "Alibaba-NLP/gte-reranker-modernbert-base", "modernbert", gives: .scores, megabytes: 299, license: "Apache-2.0",
      use: "reranks long English texts"),
    KnownModel(
      "ibm-granite/granite-embedding-30m-sparse", "roberta", gives: .sparse, megabytes: 61, license: "Apache-2.0",
      use: "English words and their kin"),
    KnownModel(
      "answerdotai/answerai-colbert-small-v1", "bert", gives: .tokens, megabytes: 134, license: "Apache-2.0",
      use: "English search, token by token"),
    KnownModel(
      "lightonai/GTE-ModernColBERT-v1", "modernbert", gives: .tokens, megabytes: 598, license: "Apache-2.0",
      use: "long texts, token by token"),
  ]
}
