"""Documents and bulk imports. File names are personal: they are sealed, as is what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from core.domain import CandidateId, Document, DocumentId, DocumentState, ImportId, JobId, Kind, OwnerId, Problem
from core.errors import NotFound
from core.packing import pack, unpack
from core.ports import Import, ImportItem
from stores.sql_scope import Box, Scope, upsert
from stores.sql_tables import data_keys, documents, import_items, imports

FORGOTTEN = Problem("forgotten", "Forgotten", "The document was erased; upload the file again to take it in.")


def _owner(kind: Kind, id: str) -> OwnerId:
    return CandidateId(id) if kind is Kind.CANDIDATE else JobId(id)


def _seal(box: Box, error: Problem | None) -> bytes | None:
    return None if error is None else box.seal("error", pack(error))


def _open(box: Box, error: bytes | None) -> Problem | None:
    return None if error is None else unpack(box.open("error", error), Problem)


@dataclass(frozen=True, slots=True)
class SqlDocuments:
    scope: Scope

    async def put(self, document: Document) -> None:
        box = await self.scope.box(document.owner)
        row = {
            "tenant": self.scope.tenant,
            "id": document.id,
            "owner": document.owner,
            "kind": document.kind.value,
            "file_name": box.seal("file_name", document.file_name.encode()),
            "media_type": document.media_type,
            "size": document.size,
            "sha256": document.sha256,
            "address": document.address,
            "state": document.state.value,
            "error": _seal(box, document.error),
            "created_at": document.created_at,
            "updated_at": document.updated_at,
        }
        await self.scope.connection.execute(upsert(documents, row))

    async def get(self, id: DocumentId) -> Document:
        found = (await self.scope.connection.execute(self._select().where(documents.c.id == id))).one_or_none()
        if found is None:
            raise NotFound(f"no document {id}")
        return self._document(found)

    async def of(self, owner: OwnerId) -> list[Document]:
        """Oldest first."""
        rows = await self.scope.connection.execute(
            self._select().where(documents.c.owner == owner).order_by(documents.c.id)
        )
        return [self._document(row) for row in rows]

    async def mark(self, id: DocumentId, state: DocumentState, error: Problem | None = None) -> None:
        document = await self.get(id)
        box = await self.scope.box(document.owner)
        await self.scope.connection.execute(
            update(documents)
            .where(documents.c.tenant == self.scope.tenant, documents.c.id == id)
            .values(state=state.value, error=_seal(box, error), updated_at=func.now())
        )

    def _select(self) -> Select[Any]:
        keys = (data_keys.c.tenant == documents.c.tenant) & (data_keys.c.owner == documents.c.owner)
        return (
            select(documents, data_keys.c.wrapped)
            .join(data_keys, keys)
            .where(documents.c.tenant == self.scope.tenant, data_keys.c.wrapped.is_not(None))
        )

    def _document(self, row: Row[Any]) -> Document:
        kind = Kind(row.kind)
        owner = _owner(kind, row.owner)
        box = self.scope.box_of(owner, row.wrapped)
        return Document(
            id=DocumentId(row.id),
            owner=owner,
            kind=kind,
            file_name=box.open("file_name", row.file_name).decode(),
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            address=row.address,
            state=DocumentState(row.state),
            created_at=row.created_at,
            updated_at=row.updated_at,
            error=_open(box, row.error),
        )


@dataclass(frozen=True, slots=True)
class SqlImports:
    """An accepted item's name, state and error are its document's; a refused one's are kept here."""

    scope: Scope

    async def put(self, batch: Import) -> None:
        """Replaces the import of that id, items and all."""
        tenant = self.scope.tenant
        row = {"tenant": tenant, "id": batch.id, "kind": batch.kind.value, "created_at": batch.created_at}
        await self.scope.connection.execute(upsert(imports, row))
        await self.scope.connection.execute(
            delete(import_items).where(import_items.c.tenant == tenant, import_items.c["import"] == batch.id)
        )
        if batch.items:
            box = await self.scope.box(self.scope.itself)
            await self.scope.connection.execute(
                insert(import_items), [self._columns(batch.id, item, box) for item in batch.items]
            )

    async def get(self, id: ImportId) -> Import:
        found = (
            await self.scope.connection.execute(
                select(imports).where(imports.c.tenant == self.scope.tenant, imports.c.id == id)
            )
        ).one_or_none()
        if found is None:
            raise NotFound(f"no import {id}")
        kind = Kind(found.kind)
        box = await self.scope.box(self.scope.itself)
        rows = await self.scope.connection.execute(self._items(id))
        return Import(ImportId(found.id), kind, found.created_at, tuple(self._item(row, kind, box) for row in rows))

    def _columns(self, id: ImportId, item: ImportItem, box: Box) -> dict[str, Any]:
        refused = item.document is None
        return {
            "tenant": self.scope.tenant,
            "import": id,
            "position": item.position,
            "owner": item.owner,
            "document": item.document,
            "state": item.state.value,
            "file_name": box.seal("file_name", item.file_name.encode()) if refused else None,
            "error": _seal(box, item.error) if refused else None,
        }

    def _items(self, id: ImportId) -> Select[Any]:
        now = documents.c
        return (
            select(
                import_items,
                now.state.label("state_now"),
                now.file_name.label("name_now"),
                now.error.label("error_now"),
                data_keys.c.wrapped,
            )
            .outerjoin(documents, (now.tenant == import_items.c.tenant) & (now.id == import_items.c.document))
            .outerjoin(data_keys, (data_keys.c.tenant == now.tenant) & (data_keys.c.owner == now.owner))
            .where(import_items.c.tenant == self.scope.tenant, import_items.c["import"] == id)
            .order_by(import_items.c.position)
        )

    def _item(self, row: Row[Any], kind: Kind, box: Box) -> ImportItem:
        if row.file_name is not None:
            name = box.open("file_name", row.file_name).decode()
            return ImportItem(row.position, name, state=DocumentState(row.state), error=_open(box, row.error))
        owner = _owner(kind, row.owner)
        if row.wrapped is None:
            return ImportItem(row.position, "", owner, state=DocumentState.FAILED, error=FORGOTTEN)
        own = self.scope.box_of(owner, row.wrapped)
        return ImportItem(
            row.position,
            own.open("file_name", row.name_now).decode(),
            owner,
            DocumentId(row.document),
            DocumentState(row.state_now),
            _open(own, row.error_now),
        )
