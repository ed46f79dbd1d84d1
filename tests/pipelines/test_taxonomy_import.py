"""ESCO and O*NET become the same layout as our own taxonomy, and what is missing is named."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from core.domain import SkillId
from models.skills import SkillMatcher, coverage
from models.taxonomy import load_taxonomy
from pipelines.taxonomy import main
from pipelines.taxonomy_names import add_short_forms, needs_cues, ordinary_words, short_forms, without_ordinary

SKILL, WORK = "http://data.europa.eu/esco/skill", "http://data.europa.eu/esco/occupation"
ESCO = {
    "skills_en.csv": (
        "conceptUri,skillType,preferredLabel,altLabels,status\n"
        f'{SKILL}/s1,skill/competence,weld pipes,"pipe welding\nweld a pipe",released\n'
        f"{SKILL}/s2,skill/competence,weld,,released\n"
        f"{SKILL}/s3,knowledge,metals,,released\n"
        f"{SKILL}/s4,knowledge,gone,,deprecated\n"
    ),
    "skillGroups_en.csv": f"conceptUri,preferredLabel\n{SKILL}/g1,working metal\n",
    "occupations_en.csv": (
        "conceptUri,iscoGroup,preferredLabel,altLabels,status\n"
        f'{WORK}/o1,7212,welder,"pipe welder\nwelder, pipes",released\n'
    ),
    "ISCOGroups_en.csv": "code,preferredLabel\n721,Metal workers\n",
    "broaderRelationsSkillPillar.csv": f"conceptUri,broaderUri\n{SKILL}/s1,{SKILL}/s2\n{SKILL}/s2,{SKILL}/g1\n",
    "skillSkillRelations.csv": f"originalSkillUri,relationType,relatedSkillUri\n{SKILL}/s2,essential,{SKILL}/s3\n",
    "occupationSkillRelations.csv": (
        f"occupationUri,relationType,skillUri\n{WORK}/o1,essential,{SKILL}/s1\n{WORK}/o1,optional,{SKILL}/s3\n"
    ),
}
ONET = {
    "Occupation Data.txt": "O*NET-SOC Code\tTitle\tDescription\n51-4121.00\tWelders\tThey weld\n",
    "Alternate Titles.txt": "O*NET-SOC Code\tAlternate Title\tShort Title\n51-4121.00\tPipe Welder\tn/a\n",
    "Technology Skills.txt": (
        "O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\n51-4121.00\tC++\t43\tLanguages\n"
        '51-4121.00\tC#\t43\tLanguages\n51-4121.00\tAutodesk "AutoCAD"\t44\tDrawing\n'
    ),
}


def written(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content.encode()))
    return folder


def test_esco_becomes_a_taxonomy(tmp_path: Path) -> None:
    source = written(tmp_path / "esco", ESCO)

    code = main(["--source", "esco", "--from", str(source), "--version", "1.2", "--out", str(tmp_path / "out")])

    made = load_taxonomy(tmp_path / "out")
    (welder,) = made.occupations.values()
    assert code == 0
    assert made.version == "esco 1.2"
    assert set(made.skills) == {"s1", "s2", "s3"}
    assert (welder.family, welder.skills) == ("Metal workers", ("s1",))
    assert made.skills[SkillId("s2")].group == "g1"
    assert coverage(SkillId("s3"), {SkillId("s2")}, made) == 1.0
    assert [found.skill.id for found in SkillMatcher(made).find("pipe welding")] == ["s1"]


def test_onet_becomes_a_taxonomy(tmp_path: Path) -> None:
    source = written(tmp_path / "onet", ONET)

    main(["--source", "onet", "--from", str(source), "--out", str(tmp_path / "out")])

    made = load_taxonomy(tmp_path / "out")
    assert {entry.label for entry in made.skills.values()} == {"C++", "C#", 'Autodesk "AutoCAD"'}
    assert [(o.label, o.aliases, o.family) for o in made.occupations.values()] == [
        ("Welders", ("Pipe Welder",), "Production")
    ]


def test_the_starter_is_copied_whole(tmp_path: Path) -> None:
    main(["--source", "starter", "--out", str(tmp_path / "out")])

    assert len(load_taxonomy(tmp_path / "out").skills) >= 1200


@pytest.mark.parametrize("name", ESCO)
def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    source = written(tmp_path / "esco", {other: text for other, text in ESCO.items() if other != name})

    code = main(["--source", "esco", "--from", str(source), "--out", str(tmp_path / "out")])

    assert code == 1
    assert name in capsys.readouterr().err


@pytest.mark.parametrize(("source", "folder", "least"), [("esco", "esco_v1.1.1", 13_000), ("onet", "onet", 8_000)])
def test_a_real_release_is_read(tmp_path: Path, source: str, folder: str, least: int) -> None:
    data = os.environ.get("MATCHGRAPH_TEST_DATA", "../shared/data")
    if not (Path(data) / folder).is_dir():
        pytest.skip(f"no {folder} in {data}: set MATCHGRAPH_TEST_DATA")

    main(["--source", source, "--from", f"{data}/{folder}", "--out", str(tmp_path / "out")])

    assert len(load_taxonomy(tmp_path / "out").skills) > least


@pytest.mark.parametrize(
    ("label", "forms"),
    [
        ("use spreadsheets software", ["spreadsheets software", "spreadsheets"]),
        ("Java (computer programming)", ["Java"]),
        ("principles of artificial intelligence", ["artificial intelligence"]),
        ("carry out wound care", ["wound care"]),
        ("manage staff", []),
        ("communication skills", []),
    ],
)
def test_a_long_name_has_the_short_ones_that_people_write(label: str, forms: list[str]) -> None:
    assert short_forms(label) == forms


def test_a_short_form_that_is_another_skills_name_or_two_skills_is_left_out() -> None:
    names = {"a": ("perform wound care",), "b": ("wound care",), "c": ("use big data tools",), "d": ("apply big data",)}

    assert add_short_forms(names) == {
        "a": ("perform wound care",),
        "b": ("wound care",),
        "c": ("use big data tools", "big data tools"),
        "d": ("apply big data",),
    }


def test_another_name_of_one_everyday_word_is_left_out_and_the_label_never() -> None:
    ordinary = ordinary_words(["who leads and plans fields of data"])

    assert without_ordinary(["plan", "lead", "FIELDS", "Python", "plan ahead"], ordinary) == (
        "plan",
        "Python",
        "plan ahead",
    )


def test_everyday_words_need_a_cue_as_names_and_others_do_not() -> None:
    ordinary = ordinary_words(["A chef may react, and go home."])

    assert needs_cues(["Chef"], ordinary)
    assert needs_cues(["R"], ordinary)
    assert not needs_cues(["Kubernetes", "SAP", "chef"], ordinary)
