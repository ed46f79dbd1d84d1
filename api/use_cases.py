"""Everything the routes may call, in one value that is replaced whole when models change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from core.forgetting import Forgetter
from core.importing import Importer
from core.inference import Inference
from core.intake import Intake
from core.lanes import Lanes
from core.library import Library
from core.ports import Access, Queue
from core.promoting import Changes, Promoter
from core.repeating import Repeater
from core.skills import Vocabulary


@dataclass(frozen=True, slots=True)
class UseCases:
    """Of one plan (`matcher.plan`); `ready` answers, per store and part, whether it can be reached."""

    access: Access
    library: Library
    intake: Intake
    importer: Importer
    inference: Inference
    forgetter: Forgetter
    matcher: Lanes
    repeater: Repeater
    vocabulary: Vocabulary
    queue: Queue
    changes: Changes
    promoter: Promoter
    ready: Callable[[], Awaitable[Mapping[str, bool]]]
