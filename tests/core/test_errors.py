"""Errors cross process borders and keep what they are."""

from __future__ import annotations

import pickle

import pytest

from core.errors import CoreError, tree
from core.intake import problem


@pytest.mark.parametrize("kind", tree(CoreError), ids=lambda kind: kind.__name__)
def test_every_error_survives_the_trip_between_replicas(kind: type[CoreError]) -> None:
    error = pickle.loads(pickle.dumps(kind("profile 7")))

    assert (type(error), str(error)) == (kind, "profile 7")


@pytest.mark.parametrize("kind", tree(CoreError), ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_a_title_and_its_own_detail(kind: type[CoreError]) -> None:
    said = problem(kind("the file has 3 GB"))

    assert said.code.replace("-", "") == kind.__name__.lower()
    assert said.title
    assert said.detail == "the file has 3 GB"
