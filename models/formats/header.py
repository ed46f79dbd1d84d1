"""What of a page's header is worth reading: people put their names there, and programs page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_NUMBER = re.compile(
    r"[-–|\s]*(?:page|seite|pagina|página|p\.)?\s*(?:\d+|#)?\s*(?:(?:of|/|von|de|sur|\|)\s*(?:\d+|#)?)?[-–|\s]*",
    re.IGNORECASE,
)
_AT_END = re.compile(
    r"[\s,|–-]*\b(?:page|seite|pagina|página)\b\s*\d*\s*(?:(?:of|/|von|de|sur)\s*\d*)?\s*$", re.IGNORECASE
)


def without_page_numbers(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if not _NUMBER.fullmatch(line.strip()):
            yield _AT_END.sub("", line)
