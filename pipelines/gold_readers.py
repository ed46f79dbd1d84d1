"""How far two readings of the same CVs agree: about the most that can be asked of our reader.

`samples/gold/second` answers for `hard_b`, written from the documents and the rules of judgement without a look at the
first answers. They are counted as what our reader finds is counted, the first answers taken as so.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.cv_matching import compare
from pipelines.gold_cvs import read_gold
from pipelines.tallies import Tally

BATCH = "hard_b"
SECOND = "second"


def second_reader(gold: Path) -> dict[str, Tally]:
    """Counts per CV of `hard_b`; nothing where no second reading is."""
    first = {cv.id: cv.facts for cv in read_gold(gold, (BATCH,))}
    return {cv.id: compare(first[cv.id], cv.facts) for cv in read_gold(gold, (SECOND,))}
