"""Which vectors can be compared with which: the space that a model, its files and options make."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from . import _text_methods as text
from ._errors import AkinError

if TYPE_CHECKING:
    from ._client import Akin

#: Texts of many kinds, so that models and tokenizers which differ at all differ on one of them.
_PROBES = (
    "The cat sat on the mat; 17 dogs didn't.",
    "Größe, naïve CAFÉ, Ελληνικά, 日本語のテキスト, русский, عربي 🙂",
    "func add(_ a: Int, b: Int) -> Int { return a + b }  // x_1 != y2",
    "word " * 600,
)


class SpaceError(AkinError, ValueError):
    """Vectors of two spaces were to be put together: they cannot be compared."""


@dataclass(frozen=True)
class Space:
    """What the vectors of a column are of."""

    #: The model's name.
    model: str
    #: Of the model's files, see `model/info` in the specification; None where the server is older.
    fingerprint: str | None
    #: The arithmetic, `q8_0` or `f32`.
    precision: str
    #: Components of a vector.
    dimensions: int
    #: `float32` or `int8`.
    dtype: str
    #: What was asked of each text (`prompt`, `overflow`, ...), as JSON with sorted names.
    options: str
    #: SHA-256 of the vectors of a few texts. In `q8_0` every processor makes the same bits.
    probe: str

    @classmethod
    def of(cls, akin: Akin, dtype: str, options: Mapping[str, Any]) -> Space:
        """The space of what the client's server answers."""
        info = akin.model_info()
        # These texts are cut where others would be refused.
        asked = (
            {**options, "overflow": "truncate"} if options.get("overflow") == "error" else options
        )
        made = akin._in_order([text.embedding(_PROBES, "float32", asked)], 1, lambda: None)
        vectors = next(iter(made)).vectors
        little_endian = vectors.astype("<f4", copy=False)
        return cls(
            model=info["name"],
            fingerprint=info.get("fingerprint"),
            precision=info["precision"],
            dimensions=int(vectors.shape[1]),
            dtype=dtype,
            options=json.dumps(dict(options), sort_keys=True),
            probe=hashlib.sha256(little_endian.tobytes()).hexdigest(),
        )

    def check(self, other: Space, where: str) -> None:
        """
        Raises:
            SpaceError: vectors of `other`, found `where`, cannot be compared with these.
        """
        for name in ("precision", "dimensions", "dtype", "options"):
            if getattr(self, name) != getattr(other, name):
                raise SpaceError(
                    f"{where}: expected vectors with {name} {getattr(self, name)}, "
                    f"found {getattr(other, name)}"
                )
        if self.fingerprint is not None and self.fingerprint == other.fingerprint:
            return
        # Copies of a model may have other fingerprints, which count the times of files.
        if self.precision == "q8_0" and self.probe == other.probe:
            return
        raise SpaceError(
            f"{where}: the model is not the same: expected {self.model} with the fingerprint "
            f"{self.fingerprint}, found {other.model} with {other.fingerprint}. Bring the same "
            "model to all machines"
        )

    def to_json(self) -> str:
        """For the metadata of a schema."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, members: str | bytes | Mapping[str, Any]) -> Space:
        """
        Raises:
            ValueError: that is no space.
        """
        values = members if isinstance(members, Mapping) else json.loads(members)
        names = cls.__dataclass_fields__
        missing = [name for name in names if name not in values]
        if missing:
            raise ValueError(f"no description of vectors: {', '.join(missing)} missing")
        return cls(**{name: values[name] for name in names})
