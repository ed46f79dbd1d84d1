"""Use case: take in a CV or a job ad, index it, replace it."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.domain import (
    Candidate,
    CandidateId,
    Document,
    DocumentId,
    DocumentState,
    Job,
    JobId,
    Kind,
    OwnerId,
    Problem,
    TenantId,
    new_id,
)
from core.errors import BadInput, Conflict, CoreError, NotFound, TooLarge
from core.indexing import Indexer, Turn
from core.library import stored
from core.parts import Parse
from core.ports import Blobs, DataKey, Keyring, Rows, Task, Transaction

INDEX = "index"  # the task's name in the queue
PREFIX = {Kind.CANDIDATE: "cnd", Kind.JOB: "job"}
GOOD = (DocumentState.ACCEPTED, DocumentState.INDEXED)
MAX_REFERENCE = 200  # characters
POLL_S = 0.05  # how often a waiting upload looks: small beside the 0.3 s that reading a file takes

Sniff = Callable[[bytes, str], str]  # content and file name to media type, or a BadInput


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came. `owner` is given when it replaces what that owner had, or to make a retry harmless."""

    kind: Kind
    content: bytes
    file_name: str
    reference: str = ""
    owner: OwnerId | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Accepted means durable: the sealed file, its row and its task are kept before the caller hears of it."""

    transaction: Transaction
    blobs: Blobs
    keyring: Keyring
    sniff: Sniff
    parse: Parse
    indexer: Indexer
    max_upload_bytes: int
    turn: Turn = nullcontext

    async def accept(self, tenant: TenantId, upload: Upload) -> Document:
        """Keeps the file and queues its indexing. The same bytes for the same owner are kept once."""
        media_type = await asyncio.to_thread(self._check, upload)
        owner = upload.owner or _owner(upload.kind)
        async with self.transaction(tenant) as rows:
            await _check_reference(rows, upload, owner)
            known = await _key_of(rows, owner)
        key = known or self.keyring.new(owner)
        if known is None and upload.owner is not None:  # what an attempt that failed has left, nobody can open
            await self.blobs.delete_owner(tenant, owner)
        address = await self.blobs.put(tenant, owner, upload.content, key)
        now = datetime.now(UTC)
        document = Document(
            id=DocumentId(new_id("doc")),
            owner=owner,
            kind=upload.kind,
            file_name=safe_name(upload.file_name),
            media_type=media_type,
            size=len(upload.content),
            sha256=hashlib.sha256(upload.content).hexdigest(),
            address=address,
            state=DocumentState.ACCEPTED,
            created_at=now,
            updated_at=now,
        )
        try:
            return await self._enter(tenant, upload, document, None if known else key)
        except (NotFound, Conflict) as error:
            if isinstance(error, NotFound) or upload.owner is None:  # forgotten meanwhile, or never made
                await self.blobs.delete_owner(tenant, owner)
            raise

    async def replace(self, tenant: TenantId, upload: Upload) -> Document:
        """A new document for an owner that exists; the old one serves until the new one is indexed."""
        if upload.owner is None:
            raise BadInput("say whose document is replaced")
        async with self.transaction(tenant) as rows:
            await stored(rows, upload.kind, upload.owner)
        return await self.accept(tenant, upload)

    async def settled(self, tenant: TenantId, id: DocumentId, timeout_s: float) -> Document:
        """The document once it is indexed or refused, or as it is when the time is over."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while True:
            async with self.transaction(tenant) as rows:
                document = await rows.documents.get(id)
            if document.state is not DocumentState.ACCEPTED or asyncio.get_running_loop().time() >= deadline:
                return document
            await asyncio.sleep(POLL_S)

    async def index(self, task: Task) -> None:
        """The queue's handler: read, embed, index. Harmless to repeat; a refusal is written to the document."""
        tenant, id = TenantId(task.arguments["tenant"]), DocumentId(task.arguments["document"])
        try:
            async with self.transaction(tenant) as rows:
                document = await rows.documents.get(id)
                key = await rows.keys.get(document.owner)
        except NotFound:
            return  # forgotten meanwhile
        if document.state is DocumentState.INDEXED:
            return
        content = await self.blobs.get(document.address, key)
        try:
            reading = await self.parse.file(content, document.file_name, document.kind)
        except BadInput as error:
            async with self.transaction(tenant) as rows:
                await rows.documents.mark(id, DocumentState.FAILED, problem(error))
            return
        await self.indexer.keep(tenant, document, reading)

    async def park(self, task: Task, error: Exception) -> None:
        """The queue's last word on a task that keeps failing: its document waits for a person."""
        if task.name != INDEX:
            return  # nobody is left to tell: the queue counts it as failed
        tenant, id = TenantId(task.arguments["tenant"]), DocumentId(task.arguments["document"])
        cause = error if isinstance(error, CoreError) else CoreError("indexing keeps failing: the log has the reason")
        async with self.transaction(tenant) as rows:
            await rows.documents.mark(id, DocumentState.PARKED, problem(cause))

    def _check(self, upload: Upload) -> str:
        if not upload.content:
            raise BadInput("the file is empty: send the CV or job ad itself")
        if len(upload.content) > self.max_upload_bytes:
            raise TooLarge(f"the file has more than {self.max_upload_bytes:,} bytes: send a smaller one")
        if len(upload.reference) > MAX_REFERENCE or not upload.reference.isprintable():
            raise BadInput(f"the reference must have at most {MAX_REFERENCE} characters, all of them printable")
        return self.sniff(upload.content, upload.file_name)

    async def _enter(self, tenant: TenantId, upload: Upload, document: Document, key: DataKey | None) -> Document:
        """Row, task and, for a new owner, its key. Raises `NotFound` when the owner was forgotten meanwhile."""
        owner = document.owner
        async with self.transaction(tenant) as rows:
            if key is not None:
                await rows.keys.put(owner, key)
            await _put_owner(rows, upload, document)
            kept = await rows.documents.of(owner)
            if kept and kept[-1].sha256 == document.sha256 and kept[-1].state in GOOD:
                return kept[-1]
            await rows.documents.put(document)
            await rows.defer(INDEX, lock=owner, tenant=tenant, document=document.id)
        return document


def problem(error: CoreError) -> Problem:
    """The error as clients and rows see it: `unreadable-file`, its class's sentence, its own message."""
    name = type(error).__name__
    code = re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
    return Problem(code, (type(error).__doc__ or name).strip().rstrip("."), str(error))


def _owner(kind: Kind) -> OwnerId:
    made = new_id(PREFIX[kind])
    return CandidateId(made) if kind is Kind.CANDIDATE else JobId(made)


def safe_name(name: str) -> str:
    """The last part of the name, printable, at most 200 characters: it is shown, never used as a path."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in last if c.isprintable())[-200:] or "document"


async def find_reference(rows: Rows, upload: Upload) -> OwnerId | None:
    """Whose reference it is."""
    if upload.kind is Kind.CANDIDATE:
        return await rows.candidates.find(upload.reference)
    return await rows.jobs.find(upload.reference)


async def _check_reference(rows: Rows, upload: Upload, owner: OwnerId) -> None:
    """Before anything is kept. Of two at once the database refuses the second."""
    other = await find_reference(rows, upload) if upload.reference else None
    if other not in (None, owner):
        raise Conflict(f"{other} has this reference: replace its document, or choose another reference")


async def _key_of(rows: Rows, owner: OwnerId) -> DataKey | None:
    try:
        return await rows.keys.get(owner)
    except NotFound:
        return None


async def _put_owner(rows: Rows, upload: Upload, document: Document) -> None:
    """Makes the owner's row when there is none, and gives it the upload's reference. Raises `Conflict` when that is
    another's."""
    owner, now = document.owner, document.created_at
    try:
        known = await stored(rows, upload.kind, owner)
    except NotFound:
        known = (
            Candidate(CandidateId(owner), now, now) if upload.kind is Kind.CANDIDATE else Job(JobId(owner), now, now)
        )
    else:
        if upload.reference in ("", known.reference):
            return
    named = replace(known, reference=upload.reference, updated_at=now)
    if isinstance(named, Candidate):
        await rows.candidates.put(named)
    else:
        await rows.jobs.put(named)
