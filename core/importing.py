"""Use case: take in many files at once; each stands or falls by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.domain import DocumentState, ImportId, Kind, TenantId, new_id
from core.errors import BadInput, Conflict
from core.intake import Intake, Upload, problem
from core.ports import Import, ImportItem, Transaction

MAX_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Importer:
    transaction: Transaction
    intake: Intake

    async def start(self, tenant: TenantId, kind: Kind, uploads: Sequence[Upload]) -> Import:
        """Accepts what can be accepted; the others are in the answer with what to do about them."""
        if not uploads:
            raise BadInput("no files: send them as parts named `files`")
        if len(uploads) > MAX_ITEMS:
            raise BadInput(f"{len(uploads)} files; at most {MAX_ITEMS} in one import")
        items = [await self._item(tenant, position, upload) for position, upload in enumerate(uploads)]
        batch = Import(ImportId(new_id("imp")), kind, datetime.now(UTC), tuple(items))
        async with self.transaction(tenant) as rows:
            await rows.imports.put(batch)
        return batch

    async def progress(self, tenant: TenantId, id: ImportId) -> Import:
        async with self.transaction(tenant) as rows:
            return await rows.imports.get(id)

    async def _item(self, tenant: TenantId, position: int, upload: Upload) -> ImportItem:
        try:
            document = await self.intake.accept(tenant, await self._known(tenant, upload))
        except (BadInput, Conflict) as error:
            return ImportItem(position, upload.file_name, state=DocumentState.FAILED, error=problem(error))
        return ImportItem(position, upload.file_name, document.owner, document.id, document.state)

    async def _known(self, tenant: TenantId, upload: Upload) -> Upload:
        """An import may be repeated: a reference that is there already gets a new document, or none for equal bytes."""
        if not upload.reference or upload.owner is not None:
            return upload
        async with self.transaction(tenant) as rows:
            if upload.kind is Kind.CANDIDATE:
                return replace(upload, owner=await rows.candidates.find(upload.reference))
            return replace(upload, owner=await rows.jobs.find(upload.reference))
