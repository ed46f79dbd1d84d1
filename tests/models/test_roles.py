"""Laws of roles: the words of an ad decide, in any order, and a table that is not there tells nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelError
from models.parsing.roles import NoRoles, RoleTable, load_roles, role_terms

ROLES = Path("models/weights/roles/roles.npz")


@pytest.fixture(scope="module")
def table() -> RoleTable:
    loaded = load_roles(ROLES)
    assert isinstance(loaded, RoleTable)
    return loaded


def test_the_order_of_what_is_asked_does_not_matter(table: RoleTable) -> None:
    one, other = "wound care\n\nvisits at home\n\ndriving", "driving\n\nvisits at home\n\nwound care"

    np.testing.assert_allclose(
        [role_terms("Nurse", one).get(t, 0.0) for t in sorted(role_terms("Nurse", "driving"))],
        [role_terms("Nurse", other).get(t, 0.0) for t in sorted(role_terms("Nurse", "driving"))],
    )


def test_chances_are_probabilities(table: RoleTable) -> None:
    chances = table.chances("Diesel mechanic", "repair of trucks")

    assert len(chances) == len(table.labels)
    assert chances.min() >= 0
    assert float(chances.sum()) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Registered Nurse", "nursing"),
        ("Java Developer", "software"),
        ("Paralegal", "paralegal"),
        ("CDL Truck Driver", "truck"),
    ],
)
def test_a_plain_title_is_enough(table: RoleTable, title: str, word: str) -> None:
    assert word in table.role(title, "").lower()


def test_words_that_no_role_has_tell_none(table: RoleTable) -> None:
    assert table.role("Zzyzx", "") == ""


def test_a_parser_version_without_the_table_tells_no_role(tmp_path: Path) -> None:
    roles = load_roles(tmp_path / "roles.npz")

    assert isinstance(roles, NoRoles)
    assert roles.role("Registered Nurse", "") == ""


def test_a_broken_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "roles.npz").write_bytes(b"no table")

    with pytest.raises(ModelError, match=r"roles\.npz"):
        load_roles(tmp_path / "roles.npz")


def test_the_committed_table_stays_small() -> None:
    assert ROLES.stat().st_size < 2_000_000
