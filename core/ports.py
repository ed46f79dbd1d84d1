"""What the use cases ask of the stores. `stores` implements these; nothing here knows how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from core.answers import Filters, Receipt
from core.domain import (
    Candidate,
    CandidateId,
    Case,
    Document,
    DocumentId,
    DocumentState,
    FeedbackId,
    ImportId,
    Job,
    JobId,
    Kind,
    MatchId,
    ModelVersion,
    OwnerId,
    Passages,
    Problem,
    TenantId,
)

if TYPE_CHECKING:
    from core.feedback import Judgement, Served, Sides


@dataclass(frozen=True, slots=True)
class DataKey:
    """An owner's own AES-256-GCM key: `plain` never leaves the process, `wrapped` is stored."""

    plain: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)


class Keyring(Protocol):
    """Makes data keys and opens wrapped ones with the master key."""

    def new(self, owner: OwnerId) -> DataKey: ...
    def unwrap(self, wrapped: bytes, owner: OwnerId) -> DataKey: ...


class Blobs(Protocol):
    """Sealed bytes. The address names tenant, owner and content; putting the same again changes nothing."""

    async def put(self, tenant: TenantId, owner: OwnerId, content: bytes, key: DataKey) -> str: ...
    async def get(self, address: str, key: DataKey) -> bytes: ...
    async def delete_owner(self, tenant: TenantId, owner: OwnerId) -> int: ...


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection per kind and embedder version."""

    kind: Kind
    embedder: ModelVersion

    def __str__(self) -> str:
        return f"{self.kind.value}s_{self.embedder.name}_{self.embedder.number}"


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A document in the index: its case gives the vectors and the facts that filters need."""

    id: OwnerId
    case: Case


class Vectors(Protocol):
    """The index. Hits come best first; the numbers behind the order are not comparable across queries."""

    async def ensure(self, collection: Collection, dimension: int) -> None: ...
    async def upsert(self, collection: Collection, tenant: TenantId, points: Sequence[Point]) -> None: ...
    async def search(
        self, collection: Collection, tenant: TenantId, wanted: Case, filters: Filters, limit: int
    ) -> list[OwnerId]:
        """Fuses what `wanted`'s title, text, skills and words each retrieve, under the filters."""

    async def keep(
        self, collection: Collection, tenant: TenantId, ids: Sequence[OwnerId], filters: Filters
    ) -> list[OwnerId]:
        """Those of `ids` that pass the filters, in the order given."""

    async def delete(self, tenant: TenantId, ids: Sequence[OwnerId]) -> int:
        """From every collection; returns how many points went."""

    async def count(self, collection: Collection, tenant: TenantId) -> int: ...


class CandidateRows(Protocol):
    async def put(self, candidate: Candidate) -> None: ...
    async def get(self, id: CandidateId) -> Candidate: ...
    async def page(self, after: CandidateId | None, limit: int) -> list[Candidate]: ...
    async def find(self, reference: str) -> CandidateId | None: ...
    async def delete(self, id: CandidateId) -> None: ...


class JobRows(Protocol):
    async def put(self, job: Job) -> None: ...
    async def get(self, id: JobId) -> Job: ...
    async def page(self, after: JobId | None, limit: int) -> list[Job]: ...
    async def find(self, reference: str) -> JobId | None: ...
    async def delete(self, id: JobId) -> None: ...


class DocumentRows(Protocol):
    async def put(self, document: Document) -> None: ...
    async def get(self, id: DocumentId) -> Document: ...
    async def of(self, owner: OwnerId) -> list[Document]: ...
    async def mark(self, id: DocumentId, state: DocumentState, error: Problem | None = None) -> None: ...


class CaseRows(Protocol):
    """Packed cases (`core.packing.pack_case`), one per owner and embedder version; sealed at rest."""

    async def put(self, owner: OwnerId, kind: Kind, embedder: ModelVersion, packed: bytes) -> None: ...
    async def get(
        self, owners: Sequence[OwnerId], embedder: ModelVersion, *, remember: bool = True
    ) -> dict[OwnerId, bytes]:
        """`remember` keeps them at hand for the next match."""

    async def drop(self, owner: OwnerId) -> None:
        """All of an owner's: those of a document that was replaced are of no use to any embedder."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The passages of one document, as an encoder saw them."""

    document: DocumentId
    passages: Passages


class PassageRows(Protocol):
    """One per owner, sealed at rest: another encoder needs nobody to read the file again."""

    async def put(self, owner: OwnerId, kept: Kept) -> None: ...
    async def get(self, owners: Sequence[OwnerId]) -> dict[OwnerId, Kept]: ...


@dataclass(frozen=True, slots=True)
class Owed:
    """An owner whose document has no case of some embedder."""

    tenant: TenantId
    kind: Kind
    owner: OwnerId
    document: DocumentId


class FillRows(Protocol):
    """What collections must be whole, and what they lack."""

    async def wanted(self) -> frozenset[ModelVersion]:
        """The embedders whose collections are kept whole: the one that serves, the one to return to, the one that is
        being filled. Whoever adds one (`Filling.wait`) waits for this transaction."""

    async def missing(
        self, kind: Kind, embedder: ModelVersion, limit: int, after: OwnerId | None = None
    ) -> list[Owed]: ...

    async def owes(self, kind: Kind, embedder: ModelVersion, owner: OwnerId) -> Owed | None:
        """That owner's, unless nothing is missing."""

    async def hold(self, kind: Kind, owners: Sequence[OwnerId]) -> dict[OwnerId, DocumentId]:
        """The document that each has now, those forgotten left out: until the transaction ends, none is replaced
        or forgotten."""


class KeyRows(Protocol):
    async def put(self, owner: OwnerId, key: DataKey) -> None: ...
    async def get(self, owner: OwnerId) -> DataKey: ...
    async def destroy(self, owner: OwnerId) -> bool: ...


class ReceiptRows(Protocol):
    async def put(self, receipt: Receipt) -> None: ...
    async def get(self, id: MatchId) -> Receipt: ...
    async def recent(self, limit: int) -> list[Receipt]:
        """Of questions about somebody stored, newest first."""


class ServedRows(Protocol):
    """The features that the matches of an answer were judged by, as float32; sealed with the person's key."""

    async def put(self, receipt: Receipt, served: Sequence[Served]) -> None:
        """Of a receipt that is put in the same transaction. Whoever was erased meanwhile is left out."""

    async def of(self, match: MatchId) -> list[Served]: ...


class FeedbackRows(Protocol):
    """Judgements in the order they were given, sealed with the person's key; gone when either side is erased."""

    async def hold(self, match: MatchId) -> None:
        """Nobody else judges this match until the transaction ends."""

    async def put(self, judgement: Judgement, sides: Sides) -> None: ...
    async def of(self, match: MatchId) -> list[Judgement]: ...
    async def page(self, after: FeedbackId | None, limit: int) -> list[tuple[Judgement, Sides]]:
        """Of all matches, by id."""

    async def forget(self, owner: OwnerId) -> int:
        """All judgements and served features of pairs with this owner; returns how many judgements went."""


@dataclass(frozen=True, slots=True)
class ImportItem:
    """One file of a bulk import: refused at the door (`error`), or accepted as a document."""

    position: int
    file_name: str
    owner: OwnerId | None = None
    document: DocumentId | None = None
    state: DocumentState = DocumentState.ACCEPTED
    error: Problem | None = None


@dataclass(frozen=True, slots=True)
class Import:
    id: ImportId
    kind: Kind
    created_at: datetime
    items: tuple[ImportItem, ...] = ()


class ImportRows(Protocol):
    async def put(self, batch: Import) -> None: ...
    async def get(self, id: ImportId) -> Import:
        """With each accepted item's state and error as its document has them now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored HTTP answer, for a request that is sent again with its `Idempotency-Key`."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class AnswerRows(Protocol):
    async def claim(self, key: str, fingerprint: str) -> Answer | None:
        """None: the caller now owns the key. Raises `Conflict` when another request owns it (younger than
        60 s and unfinished) or used it with another fingerprint; returns the answer when it was given."""

    async def settle(self, key: str, answer: Answer) -> None: ...
    async def release(self, key: str) -> None: ...


class Rows(Protocol):
    """One transaction of one tenant: all of it is kept, or nothing."""

    @property
    def candidates(self) -> CandidateRows: ...
    @property
    def jobs(self) -> JobRows: ...
    @property
    def documents(self) -> DocumentRows: ...
    @property
    def cases(self) -> CaseRows: ...
    @property
    def passages(self) -> PassageRows: ...
    @property
    def filling(self) -> FillRows: ...
    @property
    def keys(self) -> KeyRows: ...
    @property
    def receipts(self) -> ReceiptRows: ...
    @property
    def served(self) -> ServedRows: ...
    @property
    def feedback(self) -> FeedbackRows: ...
    @property
    def imports(self) -> ImportRows: ...
    @property
    def answers(self) -> AnswerRows: ...

    async def defer(self, task: str, lock: str, delay_s: int = 0, **arguments: str) -> None:
        """Queues a task in this very transaction, to run after `delay_s`; tasks with one lock run one after
        another."""


class Transaction(Protocol):
    def __call__(self, tenant: TenantId) -> AbstractAsyncContextManager[Rows]: ...


OPERATOR = "mgo_"  # how an operator's key begins; a tenant's begins with mg_


class Access(Protocol):
    """Who is calling. Keys are stored as SHA-256 only."""

    async def tenant_of(self, key: str) -> TenantId: ...
    async def add_tenant(self, name: str) -> TenantId: ...
    async def add_key(self, tenant: TenantId, label: str) -> str:
        """The only time the key is seen in full."""

    async def operator_of(self, key: str) -> str:
        """The name of the operator whose key it is: of no tenant, and may change what serves."""


@dataclass(frozen=True, slots=True)
class Task:
    name: str
    arguments: Mapping[str, str]
    attempt: int


class Queue(Protocol):
    """The durable queue. `work` runs tasks until cancelled and raises what breaks the worker itself."""

    async def work(self, handlers: Mapping[str, Handler], concurrency: int) -> None: ...
    async def backlog(self) -> dict[str, int]:
        """Tasks by state: `waiting`, `running`, `failed`."""


class Handler(Protocol):
    async def __call__(self, task: Task) -> None: ...
