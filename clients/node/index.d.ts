/** Sentence embeddings and semantic search by a local Akin server. */

declare global {
  // Where the compiler's own library is older than it.
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

export interface AkinOptions {
  /** A model's name, a model folder or a .gguf file; Akin's default without it. */
  model?: string;
  /** Arithmetic of the model. */
  precision?: 'q8_0' | 'f32';
  /** The program's path, or a whole command. Without it the variable AKIN, and then the PATH, is looked at. */
  command?: string | string[];
  /** Further options of `akin serve`. */
  args?: string[];
}

export interface CallOptions {
  /** Aborting it cancels the request; the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
}

export interface Progress {
  /** Steps done: texts of an embedding, hundredths of anything else. */
  done: number;
  total: number;
  /** What the server says about it. */
  message?: string;
}

export interface ProgressOptions extends CallOptions {
  onProgress?: (progress: Progress) => void;
}

export interface EmbeddingOptions {
  /** How the vectors of a text's tokens become one. */
  pooling?: 'mean' | 'cls' | 'max' | 'meanSqrtLen' | 'lastToken' | 'weightedMean';
  /** Whether vectors are scaled to length 1. */
  normalize?: boolean;
  /** What is put before each text. */
  prompt?: string;
  /** The name of one of the model's prompts. */
  promptName?: string;
  /** Keeps the first components only. */
  dimensions?: number;
  /** What happens to a text with more tokens than the model takes. */
  overflow?: 'truncate' | 'error' | 'window';
  /** One of the models that the server was started with; its own without it. */
  model?: string;
}

/** What a component is, and the array that holds the components. */
export interface VectorTypes {
  float32: Float32Array;
  int8: Int8Array;
  /** Bits, eight to a byte, the first in the highest. */
  ubinary: Uint8Array;
}

export interface TypedOptions<Type extends keyof VectorTypes> extends EmbeddingOptions, CallOptions {
  dtype?: Type;
}

export type EmbedOptions<Type extends keyof VectorTypes> = TypedOptions<Type> & ProgressOptions;

export interface StreamOptions<Type extends keyof VectorTypes> extends TypedOptions<Type> {
  /** Texts of one request; 64. */
  batchSize?: number;
  /** Requests under way at most; 4. */
  inFlight?: number;
}

/** One entry a text everywhere. */
export interface Embeddings<Vector> {
  vectors: Vector[];
  /** Tokens before any cut, special tokens and prompt included. */
  tokenCounts: number[];
  /** Whether a text was cut at the model's length. */
  truncated: boolean[];
  model: string;
  /** Components of a vector, also where eight of them are in a byte. */
  dimensions: number;
  /** With `int8`: a value times its vector's scale restores the component. */
  scales?: number[];
}

/** One entry a token everywhere but in `total` and `truncated`. */
export interface Encoding {
  ids: number[];
  tokens: string[];
  typeIds: number[];
  attentionMask: number[];
  specialTokensMask: number[];
  /** Start and end in the text, in UTF-16 code units as JavaScript counts them. */
  offsets: [start: number, end: number][];
  wordIds: (number | null)[];
  /** Tokens before `maxLength` cut them. */
  total: number;
  truncated: boolean;
}

export interface TokenEmbeddings<Vector> {
  /** One vector a token, special tokens included. */
  vectors: Vector[];
  encoding: Encoding;
  scales?: number[];
}

export interface TokenizeOptions<Pair> extends CallOptions {
  /** A second text for each. */
  pair?: Pair;
  addSpecialTokens?: boolean;
  maxLength?: number;
  /** One of the models that the server was started with; its own without it. */
  model?: string;
}

export interface DetokenizeOptions extends CallOptions {
  skipSpecialTokens?: boolean;
  /** One of the models that the server was started with; its own without it. */
  model?: string;
}

export type Vector = readonly number[] | Float32Array | Float64Array;
export type TextOrVector = string | Vector;

export interface SimilarityOptions extends EmbeddingOptions, CallOptions {
  /** The distances come with a minus sign: greater is always more alike. */
  function?: 'cosine' | 'dot' | 'euclidean' | 'manhattan';
}

export type Metadata = Record<string, string | number | boolean>;

export interface Document {
  text: string;
  id?: string;
  uri?: string;
  metadata?: Metadata;
}

export interface StoredDocument {
  id?: string;
  uri?: string;
  chunks: number;
  language?: string;
  metadata?: Metadata;
}

type Scalar = string | number | boolean;

/** Keys of metadata, all of which must match. */
export type Filter = Record<
  string,
  | Scalar
  | { eq?: Scalar; ne?: Scalar; lt?: Scalar; lte?: Scalar; gt?: Scalar; gte?: Scalar; in?: Scalar[]; exists?: boolean }
>;

export interface Position {
  line: number;
  /** In UTF-16 code units. */
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface SearchOptions extends Omit<EmbeddingOptions, 'normalize'>, CallOptions {
  /** What is searched: either these or the stored documents of a collection. */
  documents?: readonly (string | Document)[];
  collection?: string | string[];
  /** With the query null: what is like this stored document, or like a part of it. */
  similarTo?: { id: string } | { uri: string; range?: Range };
  /** Hits a query at most; 10. */
  topK?: number;
  offset?: number;
  /** With collections: tokens that the hits of a query take at most. */
  maxTokens?: number;
  minScore?: number;
  /** The least cosine of the query and a stored text, in every mode. */
  minSimilarity?: number;
  /** Stored documents by both ways unless told otherwise; others, vectors and `similarTo` by meaning. */
  mode?: 'semantic' | 'keyword' | 'hybrid';
  /** Only texts with a match of these (RE2's), or with these words one behind the other. */
  regex?: string | string[];
  phrase?: string | string[];
  filter?: Filter;
  /** Patterns for the paths of stored documents; those with `!` exclude. */
  glob?: string | string[];
  language?: string | string[];
}

export interface Hit {
  /** Greater is better; a cosine in mode `semantic`. */
  score: number;
  /** The cosine of the query and a stored text, in modes with a vector. */
  similarity?: number;
  text: string;
  /** The place among the documents that came with the request. */
  index?: number;
  id?: string;
  uri?: string;
  metadata?: Metadata;
  /** Where stored documents were searched. */
  collection?: string;
  range?: Range;
  language?: string;
  heading?: string;
  /** The line of a stored document that answers best, from 0. */
  line?: number;
  /** What each way of searching says of a stored text. */
  legs?: Partial<Record<'meaning' | 'place' | 'words', { rank: number; score: number }>>;
  /** Of a document such as a PDF: what stands behind `#` of a link to the place, `page=3`. */
  location?: string;
}

export interface ClustersOptions extends CallOptions {
  /** What is grouped: either these or the stored documents of a collection. */
  documents?: readonly (string | Document)[];
  collection?: string | string[];
  /** Of documents: one of the models that the server was started with. */
  model?: string;
  /** Exactly so many groups; as many as the texts have unless given. */
  count?: number;
  /** Texts that are listed of each group, at most; 10. */
  members?: number;
  /** Words of each group, at most; 5. */
  words?: number;
  /** What a text of a collection is; a chunk. */
  by?: 'chunk' | 'file';
  /** Whether each text gets a place in the plane. */
  layout?: boolean;
  filter?: Filter;
  glob?: string | string[];
  language?: string | string[];
}

/** Which text: one of the request, or a part of a stored document. */
export interface Origin {
  index?: number;
  id?: string;
  uri?: string;
  collection?: string;
  range?: Range;
}

export interface Cluster {
  /** The words after each other. */
  label: string;
  words: { word: string; score: number }[];
  /** Texts in it, copies counted. */
  size: number;
  /** The most typical first; their score is the cosine with the group's mean. */
  members: (Hit & { copies?: Origin[] })[];
}

export interface Clusters {
  /** The largest first. */
  clusters: Cluster[];
  /** Texts that are near no other one. */
  outliers: number;
  /** Texts of collections that have no vector yet. */
  pending?: number;
  /** With `layout`: of each text its place, -0.5 to 0.5, and the number of its group. */
  points?: (Origin & { x: number; y: number; cluster?: number })[];
}

export interface LogOptions extends ProgressOptions {
  /** One in the repository's checkout, or a bare repository; the working folder. */
  folder?: string;
  /** Commits at most; 10. */
  topK?: number;
  /** Only changes of files whose paths fit; patterns with `!` exclude. */
  path?: string | string[];
  /** Only commits of that time, by their authors: a date, or seconds since 1970. */
  since?: Date | number;
  until?: Date | number;
  /** What the author's name or address has in it, in whatever case. */
  author?: string;
  mode?: 'semantic' | 'keyword' | 'hybrid';
}

export interface Commit {
  /** As `git show` takes it. */
  commit: string;
  /** Greater is better; only differences of one answer count. */
  score: number;
  /** The cosine of the query and the text, in modes with a vector. */
  similarity?: number;
  /** Name and address. */
  author: string;
  /** Seconds since 1970, by the author's clock. */
  authoredAt: number;
  /** The message's first line. */
  subject: string;
  /** The file of the added lines that answer best; absent where the message does. */
  path?: string;
  /** These lines, or the part of the message. */
  text: string;
}

/** What was found in a repository's history. */
export interface History {
  /** The top of its checkout. */
  repository: string;
  /** Commits that are indexed. */
  commits: number;
  /** The best first, each commit once. */
  hits: Commit[];
  /** What to know of the index, such as that the history is not whole. */
  notes?: string[];
}

export interface RerankOptions extends CallOptions {
  /** Results at most. */
  topK?: number;
  /** One of the models that the server was started with. */
  model?: string;
  overflow?: 'truncate' | 'error';
  returnDocuments?: boolean;
}

export interface Reranked {
  /** The place among the documents. */
  index: number;
  /** What the model's configuration makes of the logit, usually its sigmoid. */
  score: number;
  logit: number;
  document?: string;
}

export interface IndexOptions extends ProgressOptions {
  documents?: readonly (Document & {
    language?: string;
    /** Made before by the same model, whose `fingerprint` has to come along; as `embed` takes and answers vectors. */
    vector?: readonly number[] | { base64: string; dtype?: "float32" | "int8"; scale?: number };
  })[];
  folder?: string;
  /** Needed with `documents`; a folder's is the folder's path without it. */
  collection?: string;
  /** Of the model that made the documents' vectors, as `modelInfo` tells it. */
  fingerprint?: string;
}

/** Documents, but for `chunks`, which are now in the collection, and `embedded`, the chunks that had to be. */
export interface IndexChange {
  collection: string;
  added: number;
  updated: number;
  unchanged: number;
  removed: number;
  skipped: number;
  chunks: number;
  embedded: number;
  /** What a person should know of the documents that were left out, such as which package would open them. */
  notes?: string[];
}

export interface CollectionInfo {
  name: string;
  folder?: string;
  model: string;
  documents: number;
  chunks: number;
  /** Of the chunks those that wait to be embedded, and are found by their words alone. */
  pending: number;
  bytes: number;
  /** ISO 8601. */
  updatedAt: string;
}

export interface CollectionStatus extends CollectionInfo {
  precision: string;
  dimensions: number;
  indexing: boolean;
  openDocuments: number;
  /** Of a large collection: the graph of near neighbours that searches use in place of a scan. */
  graph: {
    used: boolean;
    vectors: number;
    linked: number;
    recall: number | null;
    problem?: string;
  } | null;
}

/** A local Akin server, started when it is first needed. */
export class Akin {
  constructor(options?: AkinOptions);

  /** The process id of the server, where one runs. */
  readonly serverPid: number | undefined;

  /** Cancels what is under way and ends the server. */
  close(): Promise<void>;
  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;

  /** Any method of the protocol, its parameters and result as they stand there. */
  call(
    method: string,
    params?: object,
    options?: CallOptions & { onProgress?: (value: unknown) => void },
  ): Promise<any>;

  /** The vectors of texts, any number of them; of a single string one vector. */
  embed<Type extends keyof VectorTypes = 'float32'>(
    text: string,
    options?: EmbedOptions<Type>,
  ): Promise<VectorTypes[Type]>;
  embed<Type extends keyof VectorTypes = 'float32'>(
    texts: readonly string[],
    options?: EmbedOptions<Type>,
  ): Promise<VectorTypes[Type][]>;

  /** As `embed`, with token counts, cuts and scales; a single string is an array of one. */
  embedDetailed<Type extends keyof VectorTypes = 'float32'>(
    texts: string | readonly string[],
    options?: EmbedOptions<Type>,
  ): Promise<Embeddings<VectorTypes[Type]>>;

  /** One vector a text, as the texts come, however many there are. Leaving the loop cancels what is under way. */
  embedStream<Type extends keyof VectorTypes = 'float32'>(
    texts: Iterable<string> | AsyncIterable<string>,
    options?: StreamOptions<Type>,
  ): AsyncGenerator<VectorTypes[Type], void, void>;

  /** The model's last hidden state: for each text one vector a token. */
  embedTokens<Type extends keyof VectorTypes = 'float32'>(
    text: string,
    options?: TypedOptions<Type>,
  ): Promise<TokenEmbeddings<VectorTypes[Type]>>;
  embedTokens<Type extends keyof VectorTypes = 'float32'>(
    texts: readonly string[],
    options?: TypedOptions<Type>,
  ): Promise<TokenEmbeddings<VectorTypes[Type]>[]>;

  tokenize(text: string, options?: TokenizeOptions<string>): Promise<Encoding>;
  tokenize(texts: readonly string[], options?: TokenizeOptions<readonly string[]>): Promise<Encoding[]>;

  detokenize(ids: readonly number[], options?: DetokenizeOptions): Promise<string>;
  detokenize(ids: readonly (readonly number[])[], options?: DetokenizeOptions): Promise<string[]>;

  /** Scores, rows of left by columns of right, or of left again. */
  similarity(
    left: TextOrVector | readonly TextOrVector[],
    right?: TextOrVector | readonly TextOrVector[] | null,
    options?: SimilarityOptions,
  ): Promise<number[][]>;

  /**
   * Documents in the order in which they answer a query, the best first. The server needs a model for it: `--rerank-model`.
   */
  rerank(query: string, documents: string | readonly string[], options?: RerankOptions): Promise<Reranked[]>;

  /** The best hits first; one list a query where the queries are an array. */
  search(query: string | null, options: SearchOptions): Promise<Hit[]>;
  search(queries: readonly TextOrVector[], options: SearchOptions): Promise<Hit[][]>;

  /** Documents, or those of collections, grouped by meaning, the largest group first. */
  clusters(options: ClustersOptions): Promise<Clusters>;

  /** The commits of a git repository that answer a question, by what they say and change; the history is indexed first. */
  log(query: string, options?: LogOptions): Promise<History>;

  /** Stores documents in a collection, or brings the collection of a folder up to date. */
  indexAdd(options: IndexOptions): Promise<IndexChange>;
  /** Takes documents out of a collection; how many there were. */
  indexRemove(collection: string, which: { ids?: string[]; uris?: string[] } & CallOptions): Promise<number>;
  /** Those of this machine, or of a store that the server's configuration names. */
  indexList(options?: CallOptions & { store?: string }): Promise<CollectionInfo[]>;
  indexDocuments(
    collection: string,
    options?: { offset?: number; count?: number } & CallOptions,
  ): Promise<{ documents: StoredDocument[]; total: number }>;
  indexStatus(collection: string, options?: CallOptions): Promise<CollectionStatus>;
  indexDrop(collection: string, options?: CallOptions): Promise<void>;

  /** The model in use, with the members that the protocol names; loads it. */
  modelInfo(options?: CallOptions): Promise<Record<string, any>>;
  modelList(options?: CallOptions): Promise<Record<string, any>>;
  /** Counters and latencies. */
  serverStatus(options?: CallOptions): Promise<Record<string, any>>;
}

/** Any failure of this package. */
export class AkinError extends Error {}
/** The program `akin` is not on this machine, or not where it was said to be. */
export class AkinNotFoundError extends AkinError {}
/** The server ended while it worked on a request, and again when it was started anew. */
export class ServerDiedError extends AkinError {}
/** What the program wrote is not the protocol's. */
export class UnexpectedAnswerError extends AkinError {}
/** The client was closed before or while the request was under way. */
export class ClosedError extends AkinError {}
/** The server refused a request. */
export class ServerError extends AkinError {
  constructor(error: { code: number; message: string; data?: Record<string, unknown> }, argument?: string);
  /** The number of the kind of error, as section 4 of the specification lists them. */
  readonly code: number;
  /** Its name, such as `invalidParams`, `modelMissing`, `textTooLong`, `overloaded` or `requestCancelled`. */
  readonly kind: string;
  /** For a program, as the protocol names things: mostly `path`, `expected` and `found`. */
  readonly data: Record<string, unknown>;
  /** What the error is about as the caller names it, `topK` or `texts[300]`; undefined where it is about no argument. */
  readonly argument: string | undefined;
}
