"""Laws of alternatives: of several that an ad takes, one is enough."""

from __future__ import annotations

import math

import pytest

from core.domain import Credential, CredentialId, Education, EducationLevel, Profile, Requirements, Span
from core.highlights import highlights
from core.packing import pack, unpack
from models.comparing import HELD, MISSING, compare, shown
from tests import make

RN = Credential(CredentialId("registered-nurse-licence"), "RN licence", legal=True)
LPN = Credential(CredentialId("practical-nurse-licence"), "LPN licence", legal=True)
PMP = Credential(CredentialId("pmp"), "PMP")
EITHER = make.requirements(one_of=((RN, LPN),))


@pytest.mark.parametrize("held", [(RN,), (LPN,), (RN, LPN)])
def test_whoever_holds_one_of_several_licences_meets_the_wish(held: tuple[Credential, ...]) -> None:
    cv = shown(make.profile(credentials=held))

    assert compare(EITHER, cv).legal_credentials == HELD


def test_only_whoever_holds_none_of_them_is_capped() -> None:
    cv = shown(make.profile(credentials=(PMP,)))

    assert compare(EITHER, cv).legal_credentials == MISSING


def test_a_licence_that_a_certificate_may_replace_is_not_demanded_by_law() -> None:
    job = make.requirements(one_of=((RN, PMP),))

    assert compare(job, shown(make.profile())).legal_credentials == 0
    assert compare(job, shown(make.profile(credentials=(PMP,)))).other_credentials == 1


def test_experience_instead_of_a_degree_leaves_a_missing_degree_unknown() -> None:
    asked = Education(EducationLevel.BACHELOR)
    cv = shown(make.profile(education=(Education(EducationLevel.SECONDARY),)))

    assert compare(make.requirements(education=asked), cv).education < 0
    assert math.isnan(compare(make.requirements(education=asked, or_experience=True), cv).education)


def test_requirements_stored_before_alternatives_still_unpack() -> None:
    packed = pack({"title": "Nurse", "credentials": [{"id": "pmp", "label": "PMP"}]})

    found = unpack(packed, Requirements)

    assert (found.title, found.one_of, found.or_experience, found.role) == ("Nurse", (), False, "")


def test_facts_without_a_span_of_their_own_are_highlighted_too() -> None:
    wishes = Requirements(min_months=24, salary="$20", spans={"salary": Span(0, 3), "min_months": Span(9, 16)})

    assert [(one.what, one.label) for one in highlights(wishes)] == [("salary", "$20"), ("min_months", "24")]


def test_the_order_of_alternatives_does_not_matter() -> None:
    for profile in (Profile(), make.profile(credentials=(LPN,))):
        one, other = (
            compare(make.requirements(one_of=(group,)), shown(profile)).legal_credentials
            for group in ((RN, LPN), (LPN, RN))
        )
        assert one == other
