"""Values as bytes: MessagePack, typed on the way back. The stored form of cases, profiles and receipts."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import numpy as np

from core.domain import Case, DocumentId, Embedding, Facts, Matrix, ModelVersion, Profile, Requirements, Sparse

T = TypeVar("T")


class _Packed(msgspec.Struct, array_like=True):
    profile: Profile | None
    requirements: Requirements | None
    version: ModelVersion
    dimension: int
    rows: tuple[int, int]  # how many titles, how many parts
    vectors: bytes  # float16: title, text, titles, parts
    words: tuple[bytes, bytes]  # indices as uint32, values as float32
    skills: tuple[bytes, bytes]
    document: DocumentId | None


_case = msgspec.msgpack.Decoder(_Packed)


def pack(value: object) -> bytes:
    """Any value of `core.domain` that holds no array."""
    return msgspec.msgpack.encode(value)


def unpack(packed: bytes, kind: type[T]) -> T:
    """The value again. Raises `msgspec.ValidationError` when the bytes are of something else."""
    return msgspec.msgpack.decode(packed, type=kind)


def pack_case(case: Case) -> bytes:
    """A case in about 0.8 kB per vector: float16 moves a cosine by less than 0.001."""
    e = case.embedding
    rows = np.concatenate([e.title[None], e.text[None], e.titles, e.parts]).astype(np.float16)
    facts: Facts = case.facts
    return msgspec.msgpack.encode(
        _Packed(
            profile=facts if isinstance(facts, Profile) else None,
            requirements=facts if isinstance(facts, Requirements) else None,
            version=e.version,
            dimension=e.title.shape[0],
            rows=(e.titles.shape[0], e.parts.shape[0]),
            vectors=rows.tobytes(),
            words=_pack_sparse(case.words),
            skills=_pack_sparse(case.skills),
            document=case.document,
        )
    )


def unpack_case(packed: bytes) -> Case:
    p = _case.decode(packed)
    rows: Matrix = np.frombuffer(p.vectors, np.float16).reshape(-1, p.dimension).astype(np.float32)
    titles, _ = p.rows
    facts: Facts | None = p.profile if p.profile is not None else p.requirements
    if facts is None:
        raise msgspec.ValidationError("a case without facts")
    return Case(
        facts=facts,
        embedding=Embedding(p.version, rows[0], rows[1], rows[2 : 2 + titles], rows[2 + titles :]),
        words=_unpack_sparse(p.words),
        skills=_unpack_sparse(p.skills),
        document=p.document,
    )


def _pack_sparse(sparse: Sparse) -> tuple[bytes, bytes]:
    return np.asarray(sparse.indices, np.uint32).tobytes(), np.asarray(sparse.values, np.float32).tobytes()


def _unpack_sparse(packed: tuple[bytes, bytes]) -> Sparse:
    indices, values = packed
    return Sparse(tuple(memoryview(indices).cast("I")), tuple(memoryview(values).cast("f")))
