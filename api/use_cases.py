"""Everything the routes may call, in one value that is replaced whole when models change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from core.domain import ModelVersion
from core.feedback import Listener
from core.forgetting import Forgetter
from core.importing import Importer
from core.inference import Inference
from core.intake import Intake
from core.library import Library
from core.matching import Matcher
from core.ports import Access, Queue
from core.repeating import Repeater
from core.skills import Vocabulary


@dataclass(frozen=True, slots=True)
class UseCases:
    """`models` are the pinned versions; `ready` answers, per store and part, whether it can be reached."""

    access: Access
    library: Library
    intake: Intake
    importer: Importer
    inference: Inference
    forgetter: Forgetter
    matcher: Matcher
    listener: Listener
    repeater: Repeater
    vocabulary: Vocabulary
    queue: Queue
    models: Mapping[str, ModelVersion]
    ready: Callable[[], Awaitable[Mapping[str, bool]]]
