"""Use case: take in many files at once; each stands or falls by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.domain import DocumentState, ImportId, Kind, TenantId, new_id
from core.errors import BadInput, Conflict, NotFound
from core.intake import Intake, Upload, find_reference, problem, safe_name
from core.ports import Import, ImportItem, Transaction

MAX_ITEMS = 500

Open = Callable[[], Awaitable[Upload]]  # reads one file: a whole import may be larger than memory


@dataclass(frozen=True, slots=True)
class Importer:
    transaction: Transaction
    intake: Intake

    async def start(self, tenant: TenantId, kind: Kind, files: Sequence[Open]) -> Import:
        """Accepts what can be accepted; the others are in the answer with what to do about them."""
        if not files:
            raise BadInput("no files: send them as parts named `files`")
        if len(files) > MAX_ITEMS:
            raise BadInput(f"{len(files)} files; at most {MAX_ITEMS} in one import")
        items = [await self._item(tenant, position, await file()) for position, file in enumerate(files)]
        batch = Import(ImportId(new_id("imp")), kind, datetime.now(UTC), tuple(items))
        async with self.transaction(tenant) as rows:
            await rows.imports.put(batch)
        return batch

    async def progress(self, tenant: TenantId, id: ImportId) -> Import:
        async with self.transaction(tenant) as rows:
            return await rows.imports.get(id)

    async def _item(self, tenant: TenantId, position: int, upload: Upload) -> ImportItem:
        name = safe_name(upload.file_name)
        try:
            async with self.intake.turn():
                document = await self.intake.accept(tenant, await self._known(tenant, upload))
        except (BadInput, Conflict, NotFound) as error:  # not found: forgotten while it was replaced
            return ImportItem(position, name, state=DocumentState.FAILED, error=problem(error))
        return ImportItem(position, name, document.owner, document.id, document.state)

    async def _known(self, tenant: TenantId, upload: Upload) -> Upload:
        """An import may be repeated: a reference that is there already gets a new document, or none for equal bytes."""
        if not upload.reference:
            return upload
        async with self.transaction(tenant) as rows:
            owner = await find_reference(rows, upload)
        return upload if owner is None else replace(upload, owner=owner)
