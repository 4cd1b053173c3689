"""What the methods answer."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, Union

from . import _vectors
from ._texts import check_text, is_null

if TYPE_CHECKING:
    from numpy.typing import NDArray

Metadata = Mapping[str, Union[str, float, bool]]


@dataclass(frozen=True)
class Progress:
    """How far a piece of work is."""

    #: Steps done: texts of an embedding, hundredths of anything else.
    done: int
    #: All steps; None where their number is not known.
    total: int | None = None
    #: What the server says about it.
    message: str = ""


@dataclass(frozen=True)
class Embeddings:
    """The vectors of texts, and what is known about each text. One entry a text everywhere."""

    #: One row a text: float32, int8, or uint8 of packed bits.
    vectors: NDArray[Any]
    #: Tokens of each text before any cut, special tokens and prompt included.
    token_counts: list[int]
    #: Whether a text was cut at the model's length.
    truncated: list[bool]
    #: The model's name.
    model: str
    #: Components of a vector, also where eight of them are packed into a byte.
    dimensions: int
    #: With dtype `int8` what a row is multiplied by to get its float32 values back.
    scales: NDArray[Any] | None = None


@dataclass(frozen=True)
class Encoding:
    """A text as the model reads it. One entry a token everywhere but in `total` and `truncated`."""

    ids: list[int]
    tokens: list[str]
    type_ids: list[int]
    attention_mask: list[int]
    special_tokens_mask: list[int]
    #: Start and end in the text, in code points as Python counts them.
    offsets: list[tuple[int, int]]
    #: The number of the word a token belongs to; None for special tokens.
    word_ids: list[int | None]
    #: Tokens before `max_length` or the model's length cut them.
    total: int
    truncated: bool


@dataclass(frozen=True)
class TokenEmbeddings:
    """The model's last hidden state for one text."""

    #: One row a token, special tokens included.
    vectors: NDArray[Any]
    #: Which tokens these are.
    encoding: Encoding
    #: With dtype `int8` what a row is multiplied by to get its float32 values back.
    scales: NDArray[Any] | None = None


@dataclass(frozen=True)
class Position:
    """A place in a file: line and code point of the line, both from 0."""

    line: int
    character: int


@dataclass(frozen=True)
class Range:
    """Part of a file, its end not included."""

    start: Position
    end: Position


@dataclass(frozen=True)
class Document:
    """What is searched or stored."""

    text: str
    id: str | None = None
    uri: str | None = None
    metadata: Metadata = field(default_factory=dict)
    language: str | None = None
    #: Of a document to be stored: its vector, made before by the same model, or the protocol's
    #: object of one; `index_add` takes it with the model's `fingerprint`.
    vector: Any = None


@dataclass(frozen=True)
class Hit:
    """A document, or a part of one, that a search found."""

    #: Greater is better; a cosine in mode `semantic`.
    score: float
    text: str
    #: The place among the documents that came with the request.
    index: int | None = None
    id: str | None = None
    uri: str | None = None
    metadata: Metadata = field(default_factory=dict)
    #: The collection and the place in the file, where stored documents were searched.
    collection: str | None = None
    range: Range | None = None
    language: str | None = None
    heading: str | None = None
    #: Of a document such as a PDF: what stands behind `#` of a link to the place, `page=3`.
    location: str | None = None
    #: The cosine of the query and a stored text, in modes with a vector.
    similarity: float | None = None
    #: The line of a stored document that answers best, from 0.
    line: int | None = None
    #: What each way of searching says of a stored text: its `rank` and `score`.
    legs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """Which text: one of the request, or a part of a stored document."""

    #: The place among the documents that came with the request.
    index: int | None = None
    id: str | None = None
    uri: str | None = None
    collection: str | None = None
    range: Range | None = None


@dataclass(frozen=True)
class ClusterMember:
    """A text of a group."""

    #: Its score is the cosine with the group's mean.
    hit: Hit
    #: Where the same is said, exactly or nearly.
    copies: list[Origin] = field(default_factory=list)


@dataclass(frozen=True)
class Cluster:
    """Texts that are near each other in meaning."""

    #: The words that tell the group from the others, after each other.
    label: str
    #: Each with how much it does that, the best first.
    words: list[tuple[str, float]]
    #: Texts, copies counted.
    size: int
    #: The most typical first.
    members: list[ClusterMember]


@dataclass(frozen=True)
class MapPoint:
    """A text's place in a plane; coordinates are -0.5 to 0.5."""

    x: float
    y: float
    #: The number of its group; None for a text that is near no other one.
    cluster: int | None = None
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True)
class Clusters:
    """Texts grouped by meaning."""

    #: The largest first.
    clusters: list[Cluster]
    #: Texts that are near no other one.
    outliers: int
    #: Texts of collections that are left out because they have no vector yet.
    pending: int = 0
    #: One a text, where `layout` was asked for.
    points: list[MapPoint] = field(default_factory=list)


@dataclass(frozen=True)
class Reranked:
    """A document that was scored for a query."""

    #: The place among the documents.
    index: int
    #: Greater is better: what the model's configuration makes of the logit, usually its sigmoid.
    score: float
    #: What the model gives.
    logit: float
    document: str


@dataclass(frozen=True)
class SparseEmbedding:
    """A vector of which most components are zero."""

    #: The ids of the tokens whose weight is not zero, ascending.
    indices: tuple[int, ...]
    #: As many weights.
    values: tuple[float, ...]
    #: Components in all: the size of the vocabulary.
    dimensions: int

    def dot(self, other: SparseEmbedding) -> float:
        """How near two texts are: the sum of the products of what both have."""
        weights = dict(zip(other.indices, other.values))
        return sum(value * weights.get(i, 0.0) for i, value in zip(self.indices, self.values))


@dataclass(frozen=True)
class Commit:
    """A commit of a git repository that answers."""

    #: Its name, as `git show` takes it.
    commit: str
    #: Greater is better; only differences of one answer count.
    score: float
    #: Name and address.
    author: str
    #: Seconds since 1970, by the author's clock.
    authored_at: int
    #: The message's first line.
    subject: str
    #: The added lines that answer best, or the part of the message.
    text: str
    #: The file of these lines; None where the message answers.
    path: str | None = None
    #: The cosine of the query and the text, in modes with a vector.
    similarity: float | None = None


@dataclass(frozen=True)
class History:
    """What was found in a repository's history."""

    #: The top of its checkout.
    repository: str
    #: Commits that are indexed.
    commits: int
    #: The best first, each commit once.
    hits: list[Commit]
    #: What to know of the index, such as that the history is not whole.
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class IndexChange:
    """What `index_add` did, in documents."""

    collection: str
    added: int
    updated: int
    unchanged: int
    removed: int
    skipped: int
    #: Chunks that are now in the collection.
    chunks: int
    #: Chunks that had to be embedded.
    embedded: int
    #: What a person should know of the documents that were left out, such as which package would
    #: open them.
    notes: Sequence[str] = ()
    #: The folder that the index was made of, where it was found by the files of this one.
    moved_from: str | None = None


@dataclass(frozen=True)
class CollectionInfo:
    """A collection in a list."""

    name: str
    model: str
    documents: int
    chunks: int
    bytes: int
    #: ISO 8601.
    updated_at: str
    #: The folder that is indexed, where it is one.
    folder: str | None = None
    #: Of the chunks those that wait to be embedded, and are found by their words alone.
    pending: int = 0


@dataclass(frozen=True)
class GraphStatus:
    """The graph of near neighbours of a large collection."""

    #: Whether searches use it.
    used: bool
    #: Vectors of the collection, and how many of them the graph covers.
    vectors: int
    linked: int
    #: The share of the true neighbours that it found when it was made; None before.
    recall: float | None = None
    #: Why it is not used.
    problem: str | None = None


@dataclass(frozen=True)
class CollectionStatus(CollectionInfo):
    """A collection with all that is known about it."""

    precision: str = ""
    dimensions: int = 0
    indexing: bool = False
    #: Buffers of an editor that stand in for the files on disk.
    open_documents: int = 0
    #: Of a large collection: the graph of near neighbours that searches use in place of a scan.
    graph: GraphStatus | None = None


@dataclass(frozen=True)
class StoredDocument:
    """A document of a collection."""

    chunks: int
    id: str | None = None
    uri: str | None = None
    metadata: Metadata = field(default_factory=dict)
    language: str | None = None


@dataclass(frozen=True)
class StoredDocuments:
    """Some of the documents of a collection, and how many it has."""

    documents: list[StoredDocument]
    total: int


T = TypeVar("T")


def read(kind: type[T], members: Mapping[str, Any]) -> T:
    """A value from the members of an answer; those it does not know are left out."""
    names = {camel_case(f.name): f.name for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return kind(**{names[key]: value for key, value in members.items() if key in names})


def read_encoding(members: Mapping[str, Any]) -> Encoding:
    offsets = [(start, end) for start, end in members["offsets"]]
    return read(Encoding, {**members, "offsets": offsets})


def _range(members: Mapping[str, Any]) -> Range | None:
    place = members.get("range")
    if place is None:
        return None
    return Range(read(Position, place["start"]), read(Position, place["end"]))


def read_hit(members: Mapping[str, Any]) -> Hit:
    return read(Hit, {**members, "range": _range(members)})


def read_origin(members: Mapping[str, Any]) -> Origin:
    return read(Origin, {**members, "range": _range(members)})


def read_cluster(members: Mapping[str, Any]) -> Cluster:
    texts = [
        ClusterMember(read_hit(text), [read_origin(copy) for copy in text.get("copies", ())])
        for text in members["members"]
    ]
    words = [(word["word"], word["score"]) for word in members["words"]]
    return Cluster(members["label"], words, members["size"], texts)


def read_status(members: Mapping[str, Any]) -> CollectionStatus:
    graph = members.get("graph")
    return read(
        CollectionStatus, {**members, "graph": None if graph is None else read(GraphStatus, graph)}
    )


def write_document(document: str | Mapping[str, Any] | Document, row: int) -> str | dict[str, Any]:
    """A document as a parameter; `row` is its place in the list, for errors."""
    if not isinstance(document, (Mapping, Document)):
        check_text(document, "documents", row)
        return document
    members = vars(document) if isinstance(document, Document) else document
    if "text" in members and is_null(members["text"]):
        raise TypeError(f"documents[{row}]: its text is null ({members['text']!r})")
    written = {key: value for key, value in members.items() if not _is_left_out(value)}
    if "vector" in written and not isinstance(written["vector"], Mapping):
        written["vector"] = _vectors.to_json(written["vector"], f"documents[{row}].vector")
    return written


def _is_left_out(value: Any) -> bool:
    # What is compared with an array is an array.
    return is_null(value) or (isinstance(value, Mapping) and not value)


def camel_case(name: str) -> str:
    """`top_k` as `topK`."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
