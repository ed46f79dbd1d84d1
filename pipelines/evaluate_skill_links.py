"""Stage: the ESCO skills that a sentence of an ad asks for, on the TECH, HOUSE and TECHWOLF sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from core.domain import Matrix
from pipelines.evaluate_titles import Encoded, adapted
from pipelines.export_source import DEFAULT_MODEL, load_source
from pipelines.measures import interval
from pipelines.params import FeaturesParams, section
from pipelines.reporting import Measured, Section, write_section
from pipelines.retrieval_measures import Found, found, r_precision, reciprocal_rank
from pipelines.skill_lanes import LANES, Lanes
from pipelines.skill_sets import FOLDER, Asked, SkillNames, asked, skill_names

NAME, TITLE = "evaluate_skill_links", "Skills of a sentence"
SETS = ("tech", "house")
TARGETS = {"tech": "RP@5 64.0 (ConTeXT-match)", "house": "RP@5 49.1 (CurriculumMatch)"}
MEASURES: Mapping[str, Callable[[Found], float]] = {
    "MRR": reciprocal_rank,
    "RP@5": partial(r_precision, at=5),
    "RP@10": partial(r_precision, at=10),
}
_AGAINST = 100  # wrong skills that each sentence is learned from: those that the lanes find closest
_SOFT = 0.3  # C of the regression; one setting, compared with no other
_SEED = 4

Learned = Callable[[Matrix], NDArray[np.float64]]  # a table of lanes to a score per skill

TEXT = """Each sentence ranks 13,895 ESCO labels, as published: sentences with at least one label, a label annotated
twice counts twice. Lanes: the sentence's and its phrases' cosine to the label, the phrases' to further names, the part
of a name's words that the sentence holds, characters, a name stated word by word, how often ads ask a skill (the
benchmark's priors), how often it is an answer in the validation sets. Weights of a regression on the validation sets of
TECH and HOUSE together. No sentence of these sets trained the encoder; sentences of SkillSkape, written by a language
model, did."""


def main() -> None:
    data = section("features", FeaturesParams).data
    if not (data / FOLDER).is_dir():
        write_section(NAME, Section(TITLE, f"Skipped: {data} is not there."))
        return
    names = skill_names(data)
    known = [one for name in SETS for one in asked(data, f"{name}_validation", names)]
    base = Lanes(names, Encoded(load_source(DEFAULT_MODEL).encode), known, promising=0)
    ours = Lanes(names, Encoded(adapted().encode), known)
    systems = [
        System("words of its names", base, _lane("words")),
        System("base MiniLM, sentence", base, _lane("sentence")),
        System("base MiniLM, phrases", base, _lane("phrase")),
        System("ours, sentence", ours, _lane("sentence")),
        System("ours, phrases", ours, _lane("phrase")),
        System("ours, phrases to any name", ours, _lane("names")),
        System("all lanes, ours", ours, learn(ours, known)),
    ]
    tables = [
        _table(name.upper(), asked(data, f"{name}_test", names), names, systems, f"To beat: {TARGETS[name]}.")
        for name in SETS
    ]
    tables.append(_table("TECHWOLF", asked(data, "techwolf_test", names), names, systems, "No target."))
    write_section(NAME, Section(TITLE, TEXT, tuple(tables)))


@dataclass(frozen=True, slots=True)
class System:
    name: str
    lanes: Lanes
    score: Learned


def _lane(name: str) -> Learned:
    at = LANES.index(name)
    return lambda table: table[:, at].astype(np.float64)


def learn(lanes: Lanes, known: Sequence[Asked]) -> Learned:
    """A weight for each lane: right skills of `known` against the closest wrong ones."""
    rows, right = [], []
    for one, table in zip(known, lanes.of(known, left_out=True), strict=True):
        close = np.argsort(-table[:, :6].sum(axis=1), kind="stable")[:_AGAINST]
        some = np.unique([*close, *one.skills])
        rows.append(table[some])
        right.append(np.isin(some, one.skills))
    every = np.concatenate(rows)
    middle, spread = every.mean(axis=0), np.maximum(every.std(axis=0), 1e-6)
    fitted = LogisticRegression(C=_SOFT, max_iter=1000).fit((every - middle) / spread, np.concatenate(right))
    weights = fitted.coef_[0] / spread
    return lambda table: table.astype(np.float64) @ weights


def _table(title: str, some: Sequence[Asked], names: SkillNames, systems: Sequence[System], note: str) -> Measured:
    tables = {id(lanes): lanes.of(some, left_out=False) for lanes in {id(s.lanes): s.lanes for s in systems}.values()}
    answers: dict[str, list[Found]] = {one.name: [] for one in systems}
    for asked_one in some:
        current = {key: next(each) for key, each in tables.items()}
        for one in systems:
            scores = one.score(current[id(one.lanes)])[None].astype(np.float32)
            answers[one.name] += found(scores, [asked_one.skills], names.labels)
    rows = []
    for name, each in answers.items():
        cells = [name]
        for measure in MEASURES.values():
            values = 100 * np.array([measure(answer) for answer in each])
            low, high = interval(values)
            cells += [f"{values.mean():.1f}", f"{low:.1f} to {high:.1f}"]
        rows.append(tuple(cells))
    columns = ("system", *(cell for measure in MEASURES for cell in (measure, "95 %")))
    return Measured(f"{title}: {len(some):,} sentences", columns, tuple(rows), note)


if __name__ == "__main__":
    main()
