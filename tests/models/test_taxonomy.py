"""The laws of the taxonomy: what is loaded is whole, and what is not is refused by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain import SkillId
from core.errors import ModelError
from models.skills import coverage
from models.taxonomy import Taxonomy, load_taxonomy

TABLES = {
    "groups.tsv": "id\tlabel\ncode\tProgramming\n",
    "skills.tsv": (
        "id\tlabel\tgroup\tkind\taliases\tcues\n"
        "js\tJavaScript\tcode\ttool\tECMAScript\t\n"
        "ts\tTypeScript\tcode\ttool\t\t\n"
        "framework\tJavaScript framework\tcode\ttool\t\t\n"
        "react\tReact\tcode\ttool\t\t\n"
        "vue\tVue\tcode\ttool\t\t\n"
        "next\tNext.js\tcode\ttool\t\t\n"
        "html\tHTML\tcode\ttool\t\t\n"
    ),
    "relations.tsv": (
        "source\ttype\ttarget\nts\timplies\tjs\nreact\tbroader\tframework\nvue\tbroader\tframework\n"
        "next\tbroader\treact\nhtml\trelated\tjs\n"
    ),
    "occupations.tsv": "id\tlabel\tfamily\taliases\tskills\ndev\tdeveloper\tSoftware\tcoder\tjs|ts\n",
    "credentials.tsv": "id\tlabel\taliases\tkind\tlegal\nrn\tnurse licence\tRN licence\tlicence\tyes\n",
}


def written(folder: Path, **changed: str) -> Path:
    (folder / "sector").mkdir(parents=True)
    for name, content in {**TABLES, **{f"{table}.tsv": text for table, text in changed.items()}}.items():
        (folder / "sector" / name).write_text(content, "utf-8")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Taxonomy:
    return load_taxonomy(written(tmp_path / "taxonomy"))


@pytest.mark.parametrize(
    ("wanted", "found", "least", "most"),
    [
        ("js", "js", 1.0, 1.0),
        ("js", "ts", 1.0, 1.0),
        ("framework", "react", 0.9, 0.9),
        ("framework", "next", 0.8, 0.8),
        ("js", "html", 0.5, 0.5),
        ("react", "framework", 0.4, 0.4),
        ("react", "vue", 0.3, 0.3),
        ("html", "react", 0.0, 0.0),
    ],
)
def test_a_wish_is_covered_as_closely_as_the_skills_are_related(
    small: Taxonomy, wanted: str, found: str, least: float, most: float
) -> None:
    assert least <= coverage(SkillId(wanted), {SkillId(found)}, small) <= most


def test_another_skill_never_lowers_what_is_covered(small: Taxonomy) -> None:
    every = list(small.skills)

    for wanted in every:
        grown = [coverage(wanted, set(every[:n]), small) for n in range(len(every) + 1)]
        assert grown == sorted(grown)


def test_a_cycle_of_broader_skills_ends(tmp_path: Path) -> None:
    cycle = "source\ttype\ttarget\nreact\tbroader\tvue\nvue\tbroader\treact\n"

    loaded = load_taxonomy(written(tmp_path / "t", relations=cycle))

    assert coverage(SkillId("vue"), {SkillId("react")}, loaded) == 0.9


@pytest.mark.parametrize(
    ("table", "text", "says"),
    [
        ("relations", "source\ttype\ttarget\nts\timplies\tgone\n", "relations.tsv:2: there is no skill 'gone'"),
        ("relations", "source\ttype\ttarget\nts\tlikes\tjs\n", "relations.tsv:2: 'likes' is none of"),
        ("occupations", "id\tlabel\tfamily\taliases\tskills\ndev\tx\ty\t\tgone\n", "occupations.tsv:2"),
        ("groups", "id\tlabel\ncode\tA\ncode\tB\n", "groups.tsv:3: the id 'code' is empty or there already"),
        ("groups", "id\tlabel\nother\tA\n", "skills.tsv:2: there is no group 'code'"),
        ("groups", "id\tlabel\ncode\tA\tB\tC\n", "groups.tsv:2: 4 cells under 2 columns"),
    ],
)
def test_a_fault_is_refused_by_file_and_line(tmp_path: Path, table: str, text: str, says: str) -> None:
    folder = written(tmp_path / "t", **{table: text})

    with pytest.raises(ModelError, match=says.replace("(", r"\(")):
        load_taxonomy(folder)


def test_the_same_tables_have_the_same_hash_and_others_another(tmp_path: Path, small: Taxonomy) -> None:
    same = load_taxonomy(written(tmp_path / "same"))
    other = load_taxonomy(written(tmp_path / "other", groups="id\tlabel\ncode\tCoding\n"))

    assert same.sha256 == small.sha256 != other.sha256


def test_our_own_taxonomy_is_whole_and_large_enough(taxonomy: Taxonomy) -> None:
    assert len(taxonomy.skills) >= 1200
    assert len(taxonomy.families) >= 30
    assert any(credential.legal for credential in taxonomy.credentials.values())


@pytest.mark.parametrize(
    ("wanted", "found", "least"),
    [
        ("javascript-framework", "react", 0.7),
        ("javascript-framework", "angular", 0.7),
        ("javascript", "typescript", 0.9),
        ("sql", "postgresql", 0.5),
        ("machine-learning", "scikit-learn", 0.5),
        ("kubernetes", "docker", 0.5),
        ("java", "spring-framework", 0.9),
        ("microsoft-office", "microsoft-excel", 0.4),
        ("project-management", "agile-project-management", 0.7),
        ("python", "django", 0.9),
        ("cloud-computing", "aws", 0.7),
        ("accounting", "accounts-payable", 0.5),
        ("devops", "kubernetes", 0.5),
    ],
)
def test_what_is_close_in_life_covers_a_part(taxonomy: Taxonomy, wanted: str, found: str, least: float) -> None:
    assert {wanted, found} <= taxonomy.skills.keys()

    assert coverage(SkillId(wanted), {SkillId(found)}, taxonomy) >= least
