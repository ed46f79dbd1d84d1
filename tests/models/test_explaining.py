"""The laws of evidence: every wish is answered, and what is found is where it is said to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.domain import (
    Case,
    Credential,
    CredentialId,
    DocumentId,
    Education,
    EducationLevel,
    Language,
    LanguageLevel,
    Place,
    Position,
    Profile,
    SkillFound,
    Span,
)
from models.explaining import evidence, summary
from models.features import NAMES, features
from models.scoring import baseline, score
from tests import make

TEXT = "Berlin. Nurse. I know Python and Docker; B.Sc.; German C1."
CV = DocumentId("doc_cv")
LICENCE = Credential(CredentialId("registered-nurse"), "Registered nurse", legal=True)


def span(word: str) -> Span:
    return Span(TEXT.index(word), TEXT.index(word) + len(word))


def person(**fields: object) -> Case:
    skills = tuple(SkillFound(make.skill(word.lower()), word, span(word)) for word in ("Python", "Docker"))
    facts = replace(make.profile(**fields), skills=skills)  # type: ignore[arg-type]
    return replace(make.case(facts), document=CV)


def job(**fields: object) -> Case:
    return make.case(make.requirements(**fields), seed=1)  # type: ignore[arg-type]


def test_every_wanted_skill_is_found_or_missing() -> None:
    facts = evidence(job(must_have=("python", "sql")), person(), "must_have")

    assert [(one.label, one.found) for one in facts] == [("python", True), ("sql", False)]


def test_words_that_only_come_close_to_a_skill_are_said_to_on_either_side() -> None:
    asked = make.requirements(must_have=("python", "sql"))
    python, sql = asked.must_have
    guessed = make.case(replace(asked, must_have=(python, replace(sql, sure=0.5))), seed=1)
    found = SkillFound(python.skill, "Pythn", span("Python"), sure=0.5)
    linked = replace(person(), facts=replace(make.profile(), skills=(found,)))

    labels = [(one.label, one.found) for one in evidence(guessed, linked, "must_have")]

    assert labels == [("python (by words close to it)", True), ("sql (by words close to it)", False)]


def test_what_is_found_stands_in_the_document_word_for_word() -> None:
    facts = evidence(job(must_have=("python", "docker", "sql")), person(), "must_have")

    for one in facts:
        if one.found:
            assert one.document == CV
            assert one.span is not None
            assert TEXT[one.span.start : one.span.end] == one.surface
        else:
            assert (one.document, one.span, one.surface) == (None, None, "")


def test_a_close_skill_is_named_as_what_it_is() -> None:
    wanted = make.wish("kubernetes", near={"docker": 0.6})

    (fact,) = evidence(job(must_have=(wanted,)), person(), "must_have_near")

    assert (fact.label, fact.found, fact.surface) == ("kubernetes (close to it: docker)", True, "Docker")


def test_years_education_languages_and_place_are_put_side_by_side() -> None:
    wanted = job(
        min_months=24,
        education=Education(EducationLevel.MASTER),
        languages=(Language("de", LanguageLevel.B2),),
        places=(Place("Munich", country="DE"),),
    )
    has = person(
        months=30,
        education=(Education(EducationLevel.BACHELOR, span=span("B.Sc.")),),
        languages=(Language("de", LanguageLevel.C1, span("German C1")),),
        places=(Place("Berlin", country="DE", span=span("Berlin")),),
    )

    said = {name: evidence(wanted, has, name)[0] for name in ("role_ratio", "education", "languages", "place")}

    assert {name: (one.label, one.found) for name, one in said.items()} == {
        "role_ratio": ("2 years of work asked, 2.5 years shown", True),
        "education": ("master's degree asked, bachelor's degree shown", False),
        "languages": ("de at B2, C1 shown", True),
        "place": ("Munich, DE asked, Berlin, DE shown", False),
    }


def test_an_expired_licence_is_missing_and_says_why() -> None:
    held = replace(LICENCE, expires=date(2020, 5, 1))

    (fact,) = evidence(
        job(credentials=(LICENCE,)), person(credentials=(held,), as_of=date(2026, 1, 1)), "legal_credentials"
    )

    assert (fact.label, fact.found) == ("Registered nurse (expired 2020-05)", False)


def test_years_in_the_line_of_work_decide_whether_those_asked_are_there() -> None:
    held = (Position("Nurse", months=12, roles={"nursing": 1.0}), Position("Seller", months=48, roles={"sales": 1.0}))
    someone = make.case(replace(make.profile(months=60), positions=held))

    said = [
        evidence(job(roles=r, min_months=24), someone, "role_ratio") for r in ({"nursing": 1.0}, {"sales": 1.0}, {})
    ]

    assert [(one.label.partition(", ")[2], one.found) for (one,) in said] == [
        ("5 years shown, 1 year in the same line of work", False),
        ("5 years shown, 4 years in the same line of work", True),
        ("5 years shown", True),
    ]


def test_positions_in_the_line_of_work_are_named_with_their_time_and_others_are_not() -> None:
    held = (
        Position("Ward nurse", months=30, roles={"nursing": 0.9}, span=span("Nurse")),
        Position("Seller", months=60, roles={"sales": 0.9}),
    )
    someone = replace(person(), facts=replace(make.profile(), positions=held))

    (fact,) = evidence(job(roles={"nursing": 1.0, "care": 0.4}), someone, "role_years")

    assert (fact.label, fact.found, fact.span) == ("Ward nurse, 2.5 years", True, span("Nurse"))


@pytest.mark.parametrize("name", NAMES)
def test_a_silent_pair_has_no_evidence_that_is_found(name: str) -> None:
    facts = evidence(make.case(make.requirements(must_have=()), seed=1), make.case(Profile()), name)

    assert not any(one.found for one in facts)


def test_the_summary_is_one_sentence_with_what_is_missing() -> None:
    wanted, has = job(must_have=("python", "sql"), min_months=24), person()
    scored = score(baseline(), features(wanted, [has]), explain=1)[0]

    said = summary(wanted, has, scored)

    assert "1 of 2 required skills shown" in said
    assert "not shown: sql" in said
    assert said.endswith(".")
    assert "\n" not in said
