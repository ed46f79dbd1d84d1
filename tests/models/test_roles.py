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


def test_the_likeliest_role_of_an_ad_fits_it_wholly_and_others_less(table: RoleTable) -> None:
    fitting = table.fitting("Registered Nurse", "wound care")

    first, *others = fitting.values()
    assert first == 1.0
    assert "nursing" in next(iter(fitting)).lower()
    assert all(0 < one <= 1 for one in others)


def test_the_chances_of_a_position_add_up_to_one_at_most(table: RoleTable) -> None:
    (likely,) = table.held([("Paralegal", "drafted pleadings")], "")

    assert "paralegal" in next(iter(likely)).lower()
    assert sum(likely.values()) <= 1.001
    assert list(likely.values()) == sorted(likely.values(), reverse=True)


def test_the_rest_of_the_cv_tells_what_a_vague_title_means(table: RoleTable) -> None:
    wholes = ("servers, networks and Linux administration", "tax returns, ledgers, audits and balance sheets")

    servers, taxes = (table.held([("Consultant", "advised clients")], one)[0] for one in wholes)

    assert taxes.get("Tax accounting", 0.0) > servers.get("Tax accounting", 0.0)


def test_a_role_is_related_to_itself_most(table: RoleTable) -> None:
    others = table.related - np.eye(len(table.labels))

    np.testing.assert_array_equal(np.diag(table.related), 1)
    np.testing.assert_array_equal(table.related, table.related.T)
    assert 0 < others.max() < 1


def test_a_table_that_relates_nothing_compares_a_role_with_itself(table: RoleTable, tmp_path: Path) -> None:
    with np.load(ROLES) as stored:
        np.savez(tmp_path / "roles.npz", **{name: stored[name] for name in stored.files if name != "related"})

    older = load_roles(tmp_path / "roles.npz")

    assert isinstance(older, RoleTable)
    np.testing.assert_array_equal(older.related, np.eye(len(table.labels)))


def test_words_that_no_role_has_tell_none(table: RoleTable) -> None:
    assert table.role("Zzyzx", "") == ""


def test_a_parser_version_without_the_table_tells_no_role(tmp_path: Path) -> None:
    roles = load_roles(tmp_path / "roles.npz")

    assert isinstance(roles, NoRoles)
    assert roles.role("Registered Nurse", "") == ""
    assert (roles.held([("Registered Nurse", "")], ""), roles.fitting("Registered Nurse", "")) == ([{}], {})


def test_a_broken_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "roles.npz").write_bytes(b"no table")

    with pytest.raises(ModelError, match=r"roles\.npz"):
        load_roles(tmp_path / "roles.npz")


def test_the_committed_table_stays_small() -> None:
    assert ROLES.stat().st_size < 2_000_000
