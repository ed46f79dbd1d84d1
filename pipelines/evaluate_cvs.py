"""Stage: how much of what CVs say the reader finds, field by field, beside a reader of plain patterns.

`python -m pipelines.evaluate_cvs` measures `samples/gold` and our own samples; `--show ID` prints what was missed in
one document, `--worst N` names the worst ones (never of the batch that is held out, while there is one).
When a fact counts as found stands in `pipelines/cv_matching.py`.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from core.domain import Kind, Profile
from core.errors import BadInput
from models.formats import Limits, read
from models.reading import load_reader
from models.skills import SkillMatcher
from pipelines.cv_baseline import read_simply
from pipelines.cv_matching import FIELDS, compare, facts_of
from pipelines.gold_cvs import BATCHES, Facts, GoldCv, read_gold, read_sources
from pipelines.gold_readers import second_reader
from pipelines.measures import Floats
from pipelines.params import FeaturesParams, section
from pipelines.reporting import Measured, Section, write_section
from pipelines.tallies import Tally, f1, together

AS_OF = date(2026, 11, 1)
HELD_OUT = ""  # the batch of which only totals are shown, while there is one
_PARTS = {
    "identity": ("name", "email", "phone"),
    "headline": ("headline",),
    "positions": ("position title", "employer", "start", "end", "years"),
    "education": ("education level", "education field", "institution", "education end"),
    "credentials": ("credential", "expired"),
    "skills": ("skill listed",),
    "languages": ("language", "language level"),
    "places": ("place",),
}
_OURS = tuple(field for field in FIELDS if field != "skill listed")
_TEXT = """How much of what {n} CVs say is found, and how much of what is found is so. The CVs are invented by us: the
gold set in its batches and the samples of the repository, which the reader grew up with. Of `hard_b` only
the totals were seen until its F1 was 0.730 and that of its fields stood here; from then on the reader was
mended by it, as it is by `hard_a`, so its numbers no longer say how strangers' CVs are read. Every field of
every CV counts once (micro average); entries are paired by best agreement. The baseline is
`pipelines/cv_baseline.py`: patterns for mail, telephone and periods, the first line as the name, fixed
words as headings. Target: F1 0.95 over all of the gold set, 0.85 on its hard part. Listed skills are
counted apart, since most of what they miss is not in the taxonomy; a headline that the reader borrowed from
the latest position counts as none. `hard_b` was read a second time, from the documents and the rules of
judgement alone, before the two answers were compared: where the two readings differ, nothing can be asked
of ours. Both kept to one set of rules, so two strangers would differ more."""


@dataclass(frozen=True, slots=True)
class Result:
    """One CV's counts, ours and the baseline's, and how sure the reader was."""

    cv: GoldCv
    ours: Tally
    simple: Tally
    profile: Profile | None


class Measurer:
    """Reads CVs as they are read in service, present positions counted up to the day of the gold set."""

    def __init__(self, parser: Path) -> None:
        self._reader = load_reader(parser, today=lambda: AS_OF)
        self._matcher = SkillMatcher(self._reader.taxonomy)

    def __call__(self, cv: GoldCv) -> Result:
        content = cv.path.read_bytes()
        simple = compare(cv.facts, read_simply(read(content, cv.path.name, Limits()).text))
        try:
            reading = self._reader.file(content, cv.path.name, Kind.CANDIDATE)
        except BadInput:
            return Result(cv, compare(cv.facts, Facts()), simple, None)
        profile = reading.facts if isinstance(reading.facts, Profile) else None
        return Result(cv, compare(cv.facts, facts_of(reading, self._matcher)), simple, profile)


def _fields(results: Sequence[Result]) -> Measured:
    whole = {batch: together([r.ours for r in some]) for batch, some in _by(results, lambda r: r.cv.batch).items()}
    ours, simple = together([r.ours for r in results]), together([r.simple for r in results])
    rows = [
        (field, str(ours.so[field]), *_prf(ours, (field,)), *(_shown(f1(t, (field,))) for t in whole.values()),
         _shown(f1(simple, (field,))))
        for field in FIELDS
    ]  # fmt: skip
    columns = ("field", "said", "precision", "recall", "F1", *(f"F1 {batch}" for batch in whole), "F1 baseline")
    return Measured("Fields", columns, tuple(rows))


def _groups(title: str, results: Sequence[Result], key: Callable[[Result], str]) -> Measured:
    rows = []
    gold = [r for r in results if r.cv.batch != "samples"]
    hard = [r for r in gold if r.cv.batch != "easy"]
    groups = {"gold set, all": gold, "gold set, hard part": hard, **_by(results, key)}
    for name, some in groups.items():
        if not some:
            continue
        ours, simple = together([r.ours for r in some]), together([r.simple for r in some])
        low, high = _interval(some)
        rows.append(
            (name, str(len(some)), *_prf(ours, _OURS), f"{low:.3f} to {high:.3f}", _shown(f1(simple, _OURS)),
             _shown(f1(ours, FIELDS)))
        )  # fmt: skip
    columns = (title, "CVs", "precision", "recall", "F1", "95 %", "F1 baseline", "F1 with listed skills")
    return Measured(f"By {title}", columns, tuple(rows))


def _readers(results: Sequence[Result], gold: Path) -> Measured:
    """What a second reader found of the same CVs by the same counting: the most that can be asked of ours."""
    second = second_reader(gold)
    same = [result for result in results if result.cv.id in second]
    tallies = (
        together(list(second.values())), together([r.ours for r in same]), together([r.simple for r in same])
    )  # fmt: skip
    rows = [
        (name, str(sum(tallies[0].so[field] for field in fields)), *(_shown(f1(tally, fields)) for tally in tallies))
        for name, fields in {"over all": _OURS, **{field: (field,) for field in FIELDS}}.items()
    ]
    batches = ", ".join(sorted({result.cv.batch for result in same}))
    columns = (f"field of {batches}", "said", "F1 a second reader", "F1 ours", "F1 baseline")
    return Measured("A second reader", columns, tuple(rows))


def _confidences(results: Sequence[Result]) -> Measured:
    """Whether the reader knows when it is wrong: its confidence against the F1 of the same fields."""
    rows = [_trust("the whole", results, lambda r: r.profile.confidence if r.profile else 0.0, _OURS)]
    rows += [_trust(part, results, partial(_sureness, part), fields) for part, fields in _PARTS.items()]
    columns = ("confidence in", "CVs", "rank correlation with F1", "F1 of the least sure third", "of the surest third")
    return Measured("Confidence", columns, tuple(rows))


def _sureness(part: str, result: Result) -> float:
    return result.profile.sections.get(part, 0.0) if result.profile else 0.0


def _trust(
    name: str, results: Sequence[Result], sure: Callable[[Result], float], fields: Sequence[str]
) -> tuple[str, ...]:
    pairs = [(sure(r), value) for r in results if not np.isnan(value := f1(r.ours, fields))]
    pairs.sort(key=lambda pair: pair[0])
    if len({sure for sure, _ in pairs}) < 2 or len({value for _, value in pairs}) < 2:
        return name, str(len(pairs)), "–", "–", "–"
    third = max(len(pairs) // 3, 1)
    low, high = (float(np.mean([value for _, value in some])) for some in (pairs[:third], pairs[-third:]))
    sureness, values = (_ranks(np.array(column)) for column in zip(*pairs, strict=True))
    correlation = float(np.corrcoef(sureness, values)[0, 1])
    return name, str(len(pairs)), _shown(correlation), _shown(low), _shown(high)


def _ranks(values: Floats) -> Floats:
    """Average ranks: equal values have the same one."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[where], np.float64)


def _interval(results: Sequence[Result], draws: int = 1000) -> tuple[float, float]:
    """The middle 95 % of the micro F1 over as many CVs drawn with replacement."""
    counts = np.array([[sum(c[f] for f in _OURS) for c in r.ours[:3]] for r in results], np.float64)
    drawn = counts[np.random.default_rng(0).integers(0, len(counts), (draws, len(counts)))].sum(axis=1)
    low, high = np.quantile(2 * drawn[:, 0] / np.maximum(drawn[:, 1] + drawn[:, 2], 1), [0.025, 0.975])
    return float(low), float(high)


def _prf(tally: Tally, fields: Iterable[str]) -> tuple[str, str, str]:
    fields = tuple(fields)
    right, found, so = (sum(counts[field] for field in fields) for counts in tally[:3])
    return _shown(right / found if found else np.nan), _shown(right / so if so else np.nan), _shown(f1(tally, fields))


def _shown(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}"


def _by(results: Iterable[Result], key: Callable[[Result], str]) -> dict[str, list[Result]]:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[key(result)].append(result)
    return {name: groups[name] for name in sorted(groups)}


def _missed(result: Result) -> Iterator[str]:
    yield f"{result.cv.id} ({result.cv.batch}, {result.cv.layout}): F1 {f1(result.ours, _OURS):.3f}"
    for miss in result.ours.misses:
        yield f"  {miss.field:16} so: {miss.so or '–':50} found: {miss.found or '–'}"


def main() -> None:
    arguments = argparse.ArgumentParser(description="Measures the reader of CVs on what people wrote down.")
    arguments.add_argument("--show", metavar="ID", help="print what was missed in one document")
    arguments.add_argument("--worst", type=int, default=0, metavar="N", help="print what was missed in the N worst")
    arguments.add_argument("--batch", choices=(*BATCHES, "samples"), help="only this batch")
    arguments.add_argument("--field", choices=FIELDS, help="with --worst: only misses of this field")
    options = arguments.parse_args()
    params = section("features", FeaturesParams)
    cvs = [*read_gold(params.samples / "gold"), *read_sources(params.samples)]
    chosen = [cv for cv in cvs if options.batch in (None, cv.batch) and options.show in (None, cv.id)]
    results = list(map(Measurer(params.parser), chosen))
    if options.show or options.worst:
        open_ones = [r for r in results if r.cv.batch != HELD_OUT]
        for result in sorted(open_ones, key=lambda r: f1(r.ours, _OURS))[: options.worst or 1]:
            lines = list(_missed(result))
            print("\n".join(line for line in lines if options.field is None or options.field in line))
    tables = (
        _groups("batch", results, lambda r: r.cv.batch),
        _groups("layout", [r for r in results if r.cv.batch != "samples"] or results, lambda r: r.cv.layout),
        _fields(results),
        _readers(results, params.samples / "gold"),
        _confidences(results),
    )
    if not (options.show or options.worst or options.batch):
        write_section("evaluate_cvs", Section("Reading CVs", _TEXT.format(n=len(results)), tables))


if __name__ == "__main__":
    main()
