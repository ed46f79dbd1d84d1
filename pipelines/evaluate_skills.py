"""Stage: where skills stand in a text (SkillSpan's test set), and what links beyond the dictionary give to ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.domain import Facts, Kind, Profile, Requirements, SkillWanted
from models.comparing import covered, shown
from models.linking import CLOSE, CLOSE_TO_NAME, SURE
from models.tagging import HEADS, Tagger, load_tagger, runs
from pipelines.features import GRADED, encoder, graded, linking_reader, reader
from pipelines.measures import interval, ndcg, per_job
from pipelines.params import FeaturesParams, section
from pipelines.reporting import Measured, Section, write_section
from pipelines.train_tagger import OUT, Sentence, read_sentences

SPANS = "skillspan/data/json/test.json.gz"
NAME, TITLE = "evaluate_skills", "Skills"
DRAWS, SEED = 1000, 5
_WISHED = 0.3  # what a wish counts beside a demand when skills alone order the CVs

Finds = list[set[tuple[int, int]]]
Counts = NDArray[np.float64]  # per sentence: right, found, there; the same where any overlap is right


def main() -> None:
    params = section("features", FeaturesParams)
    if not (params.data / SPANS).is_file():
        write_section(NAME, Section(TITLE, f"Skipped: {params.data} is not there."))
        return
    read, tagger = reader(params, GRADED), load_tagger(OUT)
    sentences = read_sentences(params.data / SPANS, read.matcher)
    write_section(NAME, Section(TITLE, TEXT, (spans(sentences, tagger), links(params))))


TEXT = """Spans: SkillSpan's test set as given (Zhang et al., NAACL 2022), 3,569 sentences of ads; a find is right when
both ends are (strict), or when it overlaps one (overlap). The dictionary finds names, not the long verb phrases that
SkillSpan calls skills, and it finds names that the annotators did not mark. The tagger is a regression on hashed
features of words, 324 kB, trained on SkillSpan's training sentences; its settings lie between ones measured on dev.

Links: phrases of skill lists and tagged phrases that no name matches, linked to the closest label of the starter
taxonomy. Their worth is that of skills alone as an order of `graded_dev`; grades were given by a language model. No
encoder was trained for it."""


def spans(sentences: Sequence[Sentence], tagger: Tagger) -> Measured:
    texts, known = [one.text for one in sentences], [one.known for one in sentences]
    tagged = tagger.spans(texts, known)
    rows = []
    for name, heads in (*((head, {head}) for head in HEADS), ("both", set(HEADS))):
        there = [_there(one, heads) for one in sentences]
        systems: Mapping[str, Finds] = {
            "dictionary": [{(span.start, span.end) for span in one} for one in known],
            "tagger": [{(span.start, span.end) for head, span in one if head in heads} for one in tagged],
        }
        rows += [(name, system, *_measures(finds, there)) for system, finds in systems.items()]
    columns = ("spans", "system", "precision", "recall", "F1 (strict)", "95 %", "F1 (overlap)")
    return Measured(f"Spans in {len(sentences):,} sentences", columns, tuple(rows))


def _there(sentence: Sentence, heads: set[str]) -> set[tuple[int, int]]:
    return {
        (sentence.words[first].start, sentence.words[last - 1].end)
        for number, head in enumerate(HEADS)
        if head in heads
        for first, last in runs(sentence.tags[number])
    }


def _measures(found: Finds, there: Finds) -> tuple[str, ...]:
    counts = np.array([_counts(a, b) for a, b in zip(found, there, strict=True)], np.float64)
    random = np.random.default_rng(SEED)
    drawn = [_f1(counts[random.integers(len(counts), size=len(counts))], 0) for _ in range(DRAWS)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    right, all_found, all_there = counts.sum(axis=0)[:3]
    numbers = (right / max(all_found, 1), right / max(all_there, 1), _f1(counts, 0))
    return (*(f"{number:.3f}" for number in numbers), f"{low:.3f} to {high:.3f}", f"{_f1(counts, 3):.3f}")


def _counts(found: set[tuple[int, int]], there: set[tuple[int, int]]) -> tuple[int, ...]:
    touched = sum(any(a < d and c < b for c, d in there) for a, b in found)
    reached = sum(any(a < d and c < b for c, d in found) for a, b in there)
    return len(found & there), len(found), len(there), touched, reached


def _f1(counts: Counts, at: int) -> float:
    """Strict from the first three columns; by overlap, precision is of what was found, recall of what is there."""
    right, found, there, touched, reached = counts.sum(axis=0)
    precision, recall = (right, right) if at == 0 else (touched, reached)
    precision, recall = precision / max(found, 1), recall / max(there, 1)
    return float(2 * precision * recall / max(precision + recall, 1e-9))


def links(params: FeaturesParams) -> Measured:
    """Skills alone as an order of the graded CVs: without links, and with them."""
    pairs, text_of = graded(params.data)
    keys = sorted({(Kind.JOB, p.job) for p in pairs} | {(Kind.CANDIDATE, p.cv) for p in pairs})
    linking = linking_reader(params, GRADED, encoder(params.embedder, params.vectors))
    grades, jobs = np.array([p.grade for p in pairs]), np.array([p.job for p in pairs])
    rows = []
    for name, reads in (("names", linking.reader), ("names and links", linking)):
        facts = {key: reads.text(str(text_of(*key).content), key[0]).facts for key in keys}
        order = np.array([_shown(facts[Kind.JOB, p.job], facts[Kind.CANDIDATE, p.cv]) for p in pairs])
        each = per_job(ndcg, order, grades, jobs, 5)
        low, high = interval(each, draws=DRAWS)
        count = sum(len(one.skills) for one in facts.values() if isinstance(one, Profile)) / len({p.cv for p in pairs})
        rows.append((name, f"{count:.1f}", f"{np.nanmean(each):.3f}", f"{low:.3f} to {high:.3f}"))
    note = f"Cosine at least {CLOSE}, {CLOSE_TO_NAME} to the name of a product; a link counts {SURE} of a name."
    return Measured("Links on graded_dev, skills alone", ("skills by", "per CV", "nDCG@5", "95 %"), tuple(rows), note)


def _shown(job: Facts, cv: Facts) -> float:
    """The share of the demands that is covered, by rarity, and a part of that of the wishes."""
    if not isinstance(job, Requirements) or not isinstance(cv, Profile):
        raise TypeError("a pair is a job and a candidate")
    return _share(job.must_have, cv) + _WISHED * _share(job.nice_to_have, cv)


def _share(wishes: Sequence[SkillWanted], cv: Profile) -> float:
    skills = shown(cv).skills
    total = sum(wish.rarity * wish.sure for wish in wishes)
    return sum(wish.rarity * wish.sure * covered(wish, skills)[0] for wish in wishes) / total if total else 0.0


if __name__ == "__main__":
    main()
