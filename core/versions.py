"""Model versions as text: `name/number`, pinned."""

from __future__ import annotations

import re

from core.domain import ModelVersion
from core.errors import BadInput


def parse_version(text: str) -> ModelVersion:
    """`ranker/3`. Raises `BadInput` for anything else: `latest` is not a version."""
    found = re.fullmatch(r"([a-z][a-z0-9_-]*)/([1-9][0-9]{0,8})", text)
    if found is None:
        raise BadInput(f"{text!r} is not a model version: write it as name/number, such as ranker/3")
    return ModelVersion(found[1], int(found[2]))
