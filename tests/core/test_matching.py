"""What may be asked of the matcher, and what is kept of its answers."""

from __future__ import annotations

import pytest

from core.answers import Category, Contribution, Evidence, Explanation, Filters, Match
from core.domain import CandidateId, JobId, Kind, Span
from core.errors import BadInput, Contradiction
from core.matching import MAX_LIMIT, MAX_ONLY, MAX_TEXT, Query, check, without_surfaces
from tests import make

JOB = JobId("job_1")
MEANT = [
    Query(Kind.CANDIDATE, source=JOB),
    Query(Kind.CANDIDATE, text="Nurse"),
    Query(Kind.CANDIDATE, text="n" * MAX_TEXT),
    Query(Kind.CANDIDATE, source=JOB, limit=MAX_LIMIT),
    Query(Kind.CANDIDATE, source=JOB, only=tuple(CandidateId(f"cnd_{n}") for n in range(MAX_ONLY))),
    Query(Kind.CANDIDATE, source=JOB, filters=Filters(min_months=24, max_months=24)),
]
CONTRADICTIONS = [
    Query(Kind.CANDIDATE),
    Query(Kind.CANDIDATE, text=" \n\t"),
    Query(Kind.CANDIDATE, source=JOB, text="Nurse"),
    Query(Kind.CANDIDATE, source=JOB, filters=Filters(min_months=25, max_months=24)),
]
TOO_MUCH = [
    Query(Kind.CANDIDATE, text="n" * (MAX_TEXT + 1)),
    Query(Kind.CANDIDATE, source=JOB, limit=0),
    Query(Kind.CANDIDATE, source=JOB, limit=MAX_LIMIT + 1),
    Query(Kind.CANDIDATE, source=JOB, only=tuple(CandidateId(f"cnd_{n}") for n in range(MAX_ONLY + 1))),
]


@pytest.mark.parametrize("query", MEANT)
def test_what_can_be_meant_is_asked(query: Query) -> None:
    check(query)


@pytest.mark.parametrize("query", CONTRADICTIONS)
def test_what_excludes_itself_is_a_contradiction(query: Query) -> None:
    with pytest.raises(Contradiction):
        check(query)


@pytest.mark.parametrize("query", TOO_MUCH)
def test_what_is_too_much_says_how_much_is_not(query: Query) -> None:
    with pytest.raises(BadInput, match=r"most|between"):
        check(query)


def test_a_kept_receipt_has_everything_but_the_persons_words() -> None:
    found = Evidence("PostgreSQL", found=True, surface="Postgres 15", document=make.document_id(), span=Span(7, 18))
    term = Contribution("must_have", Category.SKILLS, "required skills", 1.0, 0.4, 0.1, (found,))
    given = make.receipt(
        matches=(
            Match(make.candidate_id(), 1, 0.3, explanation=Explanation(0.2, (term,))),
            Match(make.candidate_id(), 2, 0.1),
        )
    )

    kept = without_surfaces(given)

    (fact,) = kept.matches[0].explanation.contributions[0].evidence if kept.matches[0].explanation else ()
    assert (fact.surface, fact.label, fact.document, fact.span) == ("", found.label, found.document, found.span)
    assert kept.matches[1] == given.matches[1]
    assert without_surfaces(kept) == kept
