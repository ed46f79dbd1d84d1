"""Model versions are pinned: a name and a number."""

from __future__ import annotations

import pytest

from core.domain import ModelVersion
from core.errors import BadInput
from core.versions import parse_version


def test_a_version_reads_as_it_is_written() -> None:
    version = ModelVersion("ranker", 12)

    assert parse_version(str(version)) == version


@pytest.mark.parametrize(
    "text", ["ranker", "ranker/latest", "ranker/0", "ranker/-1", "/3", "Ranker/3", "ranker/3/4", ""]
)
def test_what_is_not_pinned_is_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(BadInput, match="name/number"):
        parse_version(text)
