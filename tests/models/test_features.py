"""The laws of features: of the pair alone, equal in both directions, and unknown is not unmet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import (
    Case,
    Credential,
    CredentialId,
    Embedding,
    Language,
    LanguageLevel,
    ModelVersion,
    OccupationId,
    Place,
    Position,
    Profile,
    Remote,
    Requirements,
    Seniority,
    SkillFound,
    Sparse,
)
from core.errors import ModelError
from core.packing import pack_case, unpack_case
from models.features import FEATURES, NAMES, Rows, features
from tests import make

OTHER = Credential(CredentialId("first-aid"), "First aid")
LICENCE = Credential(CredentialId("nurse-licence"), "nurse licence", legal=True)
CPA = Credential(CredentialId("cpa"), "Certified Public Accountant", legal=True)


def stored(case: Case) -> Case:
    return unpack_case(pack_case(case))


def job(seed: int = 1, **fields: object) -> Case:
    return stored(make.case(make.requirements(**fields), seed, dimension=64))  # type: ignore[arg-type]


def cv(seed: int = 2, **fields: object) -> Case:
    return stored(make.case(make.profile(**fields), seed, dimension=64, titles=1))  # type: ignore[arg-type]


def value(name: str, one: Case, other: Case) -> float:
    return float(features(one, [other])[0, NAMES.index(name)])


def known(row: Rows) -> Rows:
    return row[~np.isnan(row)]


def test_every_feature_is_described_and_named_once() -> None:
    assert len(set(NAMES)) == len(FEATURES)
    assert all(f.label and f.unit and f.unknown and f.low < f.high and f.sign in (-1, 0, 1) for f in FEATURES)


@given(st.permutations(range(6)), st.integers(1, 6))
def test_a_pair_has_the_same_features_in_every_pool(order: Sequence[int], size: int) -> None:
    pool = [cv(seed, skills=("python", f"skill-{seed}")) for seed in range(6)]
    alone = np.concatenate([features(job(), [one]) for one in pool])

    together = features(job(), [pool[i] for i in order[:size]])

    np.testing.assert_array_equal(together, alone[list(order[:size])])


def test_both_directions_give_the_same_features() -> None:
    one, other = job(must_have=("python", "sql"), min_months=24), cv()

    np.testing.assert_array_equal(features(one, [other]), features(other, [one]))


def test_known_values_stay_within_their_declared_range() -> None:
    rows = features(
        job(min_months=12, seniority=Seniority.LEAD), [cv(seed, seniority=Seniority.ENTRY) for seed in range(9)]
    )

    for column, feature in zip(rows.T, FEATURES, strict=True):
        if feature.unit.endswith("cosine"):
            assert np.all(np.abs(known(column)) <= 1.001)
        else:
            assert np.all((known(column) >= feature.low) & (known(column) <= feature.high)), feature.name


@given(
    st.sets(st.sampled_from(["python", "sql", "docker", "aws"])), st.sampled_from(["python", "sql", "docker", "aws"])
)
def test_showing_one_more_wanted_skill_lowers_no_feature(has: set[str], more: str) -> None:
    docker, aws = make.wish("docker", near={"aws": 0.5}), make.wish("aws", rarity=0.2)
    wanted = job(must_have=("python", docker, aws), nice_to_have=("sql",))

    before, after = features(wanted, [cv(skills=tuple(has)), cv(skills=tuple(has | {more}))])

    np.testing.assert_array_equal(np.isnan(before), np.isnan(after))
    assert np.all(known(after) >= known(before))


def test_a_close_skill_counts_in_part_and_by_rarity() -> None:
    wanted = (make.wish("python", rarity=0.5), make.wish("kubernetes", near={"docker": 0.6}))

    near = value("must_have_near", job(must_have=wanted), cv(skills=("docker",)))

    assert near == pytest.approx(0.6 / 1.5)


def test_a_skill_in_use_counts_more_than_one_long_unused() -> None:
    def last_used(year: int) -> Case:
        facts = make.profile(as_of=date(2026, 1, 1))
        found = SkillFound(make.skill("python"), "Python", last_used=date(year, 1, 1))
        return make.case(replace(facts, skills=(found,)))

    fresh = [value("must_have_fresh", make.case(make.requirements()), last_used(year)) for year in (2026, 2022, 2010)]

    assert fresh[0] == 1
    assert fresh[0] > fresh[1] > fresh[2]


def test_what_the_job_does_not_ask_is_unknown() -> None:
    nothing = job(must_have=(), nice_to_have=())

    for name in (
        "must_have",
        "must_have_near",
        "must_have_fresh",
        "nice_to_have",
        "education",
        "languages",
    ):
        assert np.isnan(value(name, nothing, cv())), name


@pytest.mark.parametrize(
    ("asked", "held", "occupation", "coded"),
    [
        ((), (), None, 0.0),
        ((LICENCE,), (LICENCE,), None, 0.25),
        ((LICENCE,), (), None, -1.0),
        ((LICENCE,), (), "nurse", -0.5),
        ((LICENCE,), (OTHER,), "nurse", -1.0),
        ((CPA,), (), "nurse", -1.0),
        ((LICENCE,), (replace(LICENCE, expires=date(2020, 1, 1)),), "nurse", -1.0),
    ],
    ids=[
        "none asked",
        "held",
        "missing",
        "silent, but did the work",
        "not among those listed",
        "another than the work's",
        "expired",
    ],
)
def test_a_licence_is_held_missing_not_asked_or_not_shown(
    asked: tuple[Credential, ...], held: tuple[Credential, ...], occupation: str | None, coded: float
) -> None:
    nurse = OccupationId("nurse")
    facts = make.profile(credentials=held, occupation=occupation and OccupationId(occupation), as_of=date(2026, 1, 1))

    found = value("legal_credentials", job(credentials=asked, occupation=nurse), make.case(facts, dimension=64))

    assert found == coded


def test_more_years_than_asked_count_as_at_most_twice() -> None:
    ratios = [value("role_ratio", job(roles=NURSING, min_months=24), worked(("nursing", n))) for n in (12, 24, 48, 400)]

    assert ratios == [0.5, 1.0, 2.0, 2.0]


def test_the_gap_in_level_says_which_way_it_goes() -> None:
    lead, entry = job(seniority=Seniority.LEAD), cv(seniority=Seniority.ENTRY)

    assert (value("seniority_under", lead, entry), value("seniority_over", lead, entry)) == (4, 0)


def test_a_cv_without_a_language_section_is_not_mute() -> None:
    asked = job(languages=(Language("de", LanguageLevel.B2),))

    levels = [(), (Language("de", LanguageLevel.C1),), (Language("de", LanguageLevel.A2),), (Language("fr"),)]

    np.testing.assert_equal([value("languages", asked, cv(languages=one)) for one in levels], [np.nan, 1, 0, 0])


def test_nearer_places_are_worth_more_and_remote_work_is_everywhere() -> None:
    berlin = Place("Berlin", "", "DE", 52.52, 13.41)
    others = [berlin, Place("Munich", "", "DE", 48.14, 11.58), Place("Sydney", "", "AU", -33.87, 151.21)]

    near = [value("place", job(places=(berlin,)), cv(places=(place,))) for place in others]

    assert near[0] == 1
    assert near[0] > near[1] > near[2]
    assert value("place", job(places=(berlin,), remote=Remote.REMOTE), cv(places=(others[2],))) == 1


def worked(*held: tuple[str, int]) -> Case:
    """A CV of positions, the most recent first: the role of each and its months."""
    positions = tuple(Position(role, months=months, roles={role: 1.0}) for role, months in held)
    return stored(make.case(replace(make.profile(), positions=positions), 2, dimension=64))


NURSING = {"nursing": 1.0, "care": 0.4}


def test_a_recent_position_in_the_line_of_work_counts_more_than_an_old_one() -> None:
    recent, old, never = (
        value("role_recent", job(roles=NURSING), worked(*held))
        for held in ([("nursing", 12), ("sales", 12)], [("sales", 12), ("nursing", 12)], [("sales", 12), ("law", 12)])
    )

    assert recent > old > never == 0


def test_years_count_as_far_as_the_work_was_of_the_same_line() -> None:
    person = worked(("nursing", 24), ("care", 60), ("sales", 240))

    found = [
        value(name, job(roles=NURSING, min_months=48), person) for name in ("role_years", "role_ratio", "role_best")
    ]

    assert found == pytest.approx([4, 1, 1])


def test_an_ad_that_asks_for_no_years_is_met_by_a_year() -> None:
    ratios = [value("role_ratio", job(roles=NURSING), worked(("nursing", months))) for months in (0, 6, 12, 60)]

    np.testing.assert_equal(ratios, [np.nan, 0.5, 1.0, 2.0])


def test_only_work_far_beyond_what_is_asked_is_too_much() -> None:
    over = [value("years_over", job(min_months=24), cv(months=12 * years)) for years in (2, 9, 12, 60)]

    assert over == [0, 0, 3, 20]


def test_the_line_of_work_is_unknown_when_a_side_does_not_tell_it() -> None:
    for job_roles, held in (({}, [("nursing", 24)]), (NURSING, [])):
        assert np.isnan(value("role_recent", job(roles=job_roles), worked(*held)))


def test_empty_texts_are_unknown_not_unlike() -> None:
    nothing = Embedding(
        make.EMBEDDER, np.zeros(64, np.float32), np.zeros(64, np.float32), *2 * [np.empty((0, 64), np.float32)]
    )
    silent = Case(Profile(), nothing, Sparse())

    row = dict(zip(NAMES, features(job(), [silent])[0].tolist(), strict=True))

    for name in (
        "title_title",
        "title_text",
        "title_top",
        "title_positions",
        "title_recent",
        "lines",
        "text_text",
        "words",
    ):
        assert np.isnan(row[name]), name


def test_vectors_of_two_versions_are_never_compared() -> None:
    other = replace(cv(), embedding=make.embedding(version=ModelVersion("other", 1), dimension=64))

    with pytest.raises(ModelError, match="index the documents again"):
        features(job(), [other])


def test_two_jobs_are_no_pair() -> None:
    with pytest.raises(TypeError):
        features(job(), [job()])


def test_no_pairs_give_no_rows() -> None:
    assert features(job(), []).shape == (0, len(FEATURES))


def test_requirements_that_ask_nothing_and_a_bare_profile_still_make_a_row() -> None:
    row = features(make.case(Requirements()), [make.case(Profile())])

    assert row.shape == (1, len(FEATURES))
