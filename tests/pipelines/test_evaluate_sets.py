"""The stages on public sets, on made-up ones of a few lines: they choose, measure and write their sections."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.domain import Matrix
from pipelines import evaluate_skill_links, evaluate_titles
from pipelines.encoder_texts import chosen_by
from pipelines.reporting import FOLDER, Section
from pipelines.title_profiles import by_titles
from pipelines.title_sets import Listed, RankingSet, added_names, alike, occupations, titled

WORK = ("nurse", "welder", "baker", "driver", "lawyer", "farmer", "singer", "tailor")
KINDS = ("", "chief ", "night ", "junior ", "travelling ")
FEATURES = {"samples": "s", "parser": "p", "embedder": "e", "vectors": "v", "read_on": {}}  # of `params.yaml`
SKILLS = ("give injections", "join metal", "bake bread", "drive lorries", "read contracts", "milk cows")


class Letters:
    """An encoder by pairs of letters."""

    def encode(self, texts: Sequence[str], batch_size: int = 32) -> Matrix:
        del batch_size
        rows = np.full((len(texts), 512), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for a, b in zip(text.lower(), text.lower()[1:], strict=False):
                rows[row, (31 * ord(a) + ord(b)) % 512] += 1
        unit: Matrix = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def packed(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


def table(path: Path, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([names, *rows])
    packed(path, text.getvalue())


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the sets, which the stages find through their parameters; both encoders are letters."""
    monkeypatch.chdir(tmp_path)
    params = {"features": {**FEATURES, "data": "data"}}
    (tmp_path / "params.yaml").write_text(json.dumps(params))
    for stage in (evaluate_titles, evaluate_skill_links):
        monkeypatch.setattr(stage, "load_source", lambda _: Letters())
        monkeypatch.setattr(stage, "adapted", Letters)
    data = tmp_path / "data"
    names = [f"{kind}{work}" for work in WORK for kind in KINDS]
    table(
        data / "esco_v1.1.1/occupations_en.csv.gz",
        ("conceptUri", "preferredLabel", "altLabels", "iscoGroup"),
        [(f"uri {name}", name, f"{name} person", "1") for name in names],
    )
    newer = [(f"uri {name}", f"{name} professional", f"{name} person\n{name}") for name in names]
    newer.append(("uri new", "astronaut", ""))
    table(data / "esco_v1.2.0_partial/occupations_en.csv.gz", ("conceptUri", "preferredLabel", "altLabels"), newer)
    table(
        data / "esco_v1.1.1/occupationSkillRelations.csv.gz",
        ("occupationUri", "skillUri"),
        [(f"uri {name}", f"skill {n // 5}") for n, name in enumerate(names)],
    )
    packed(data / "melo/datasets/usa_q_en_c_en/queries.tsv.gz", "".join(f"q{w}\t{w}s\n" for w in WORK))
    lines = "".join(f"c{n:02d}\t{name}\n" for n, name in enumerate(names))
    packed(data / "melo/datasets/usa_q_en_c_en/corpus_elements.tsv.gz", lines)
    right = "".join(f"q{w}\t0\tc{names.index(w):02d}\t1\n" for w in WORK)
    packed(data / "melo/datasets/usa_q_en_c_en/annotations.tsv.gz", right)
    folder = data / "jobtitle_similarity_avature/dataset/en"
    packed(folder / "queries.tsv", "a\tnurse\nb\tlead welder\n")
    packed(folder / "corpus_documents.tsv", "n\tward nurse\nw\twelding lead\nx\tnurse\n")
    packed(folder / "annotations.tsv", "a\t0\tn\t1\nb\t0\tw\t1\n")
    listed = "".join(f"{work}\t{work} {letter}\tn/a\t08\n" for work in WORK for letter in "abcdefghijklmnopq")
    packed(data / "onet/Alternate_Titles.txt.gz", f"Code\tTitle\tShort\tSource\n{listed}")
    packed(data / "onet/Sample_of_Reported_Titles.txt.gz", "Code\tTitle\tShown\nnurse\tward nurse\tN\n")
    for name, said in (("titles.csv.gz", "needed"), ("titles.test.csv.gz", "wanted")):
        asked = [(f"{shift} {work} {said}", work) for work in WORK for shift in "abcdefghijklmnopqrstuvwxyz"]
        advertised = [(str(n), title, f"uri {work}") for n, (title, work) in enumerate(asked)]
        table(data / "jobbert_eval" / name, ("", "vacancyTitle", "conceptUri"), advertised)
    table(
        data / "esco_v1.1.1/skills_en.csv.gz",
        ("conceptUri", "preferredLabel", "altLabels"),
        [(f"skill {n}", skill, f"{skill} well") for n, skill in enumerate(SKILLS)],
    )
    links = data / "skill_extraction_decorte/data"
    packed(links / "skills_en_label.txt", "\n".join((*SKILLS, *(f"other skill {n}" for n in range(10)))) + "\n")
    packed(links / "esco_priors.json", json.dumps(dict.fromkeys(SKILLS, 0.1)))
    for name in ("tech_validation", "house_validation", "tech_test", "house_test", "techwolf_test"):
        rows = [(f"You will {skill} every day .", skill) for skill in SKILLS]
        rows.append(("You will be glad .", "UNDERSPECIFIED"))
        table(links / f"{name}_annotations.csv", ("sentence", "label"), rows)
    return data


def measured(stage: str) -> Section:
    return msgspec.json.decode((FOLDER / f"{stage}.section.json").read_bytes(), type=Section)


def test_titles_are_measured_on_every_set_by_every_system(data: Path) -> None:
    del data

    evaluate_titles.main()

    tables = measured("evaluate_titles").tables
    sets = ["MELO", "Avature", "Avature unseen", "Avature unseen, vacancies too", "JobBERT test"]
    assert [one.title.split(":")[0] for one in tables] == sets
    assert all(len(one.rows) == 9 for one in tables)
    assert [("Target" in one.note) for one in tables] == [True, True, True, True, False]
    melo = {row[0]: float(row[1]) for row in tables[0].rows}
    assert melo["ours, apart"] == 1.0  # queries name many people, answers one
    assert "0.0 by O*NET's" in tables[0].note  # its titles are what is asked there


def test_skills_are_measured_on_every_set_and_lanes_together_find_what_is_stated(data: Path) -> None:
    del data

    evaluate_skill_links.main()

    tables = measured("evaluate_skill_links").tables
    assert [one.title.split(":")[0] for one in tables] == ["TECH", "HOUSE", "TECHWOLF"]
    assert all("6 sentences" in one.title for one in tables)  # one has no label
    assert tables[0].rows[-1][:2] == ("all lanes, ours", "100.0")


def test_answers_that_are_known_names_are_left_out_as_unseen() -> None:
    one = RankingSet(("Nurse", "cook"), ((1,), (1, 2)), ("a", "b", "c"), ("carer", "Nurse", "chef"), (0, 1, 2))

    left = evaluate_titles.unseen(one, {"nurse"})

    assert (left.queries, left.names, left.relevant) == (("cook",), ("carer", "chef"), ((1,),))


def test_vacancies_of_one_occupation_answer_each_other_and_train_no_encoder(data: Path) -> None:
    one = alike(data, occupations(data))

    assert one.queries
    assert all(chosen_by(title) for title in (*one.queries, *one.names))
    assert not set(one.queries) & set(one.names)
    for query, right in zip(one.queries, one.relevant, strict=True):
        assert {one.names[at] for at in right} == {name for name in one.names if name.split()[1] == query.split()[1]}


def test_names_are_chosen_by_only_where_no_occupation_had_them(data: Path) -> None:
    one = added_names(data, occupations(data))

    assert len(one.queries) == len(WORK) * len(KINDS)
    for query, right in zip(one.queries, one.relevant, strict=True):
        assert [one.ids[at] for at in right] == [f"uri {query.removesuffix(' professional')}"]


def test_known_titles_are_names_and_vacancies_by_which_nothing_is_chosen(data: Path) -> None:
    known = occupations(data)

    titles, owners = titled(data, known)

    advertised = [title for title in titles if title.endswith("needed")]
    assert advertised
    assert not any(map(chosen_by, advertised))
    assert not [title for title in titles if title.endswith("wanted")]  # the test set's
    assert len(titles) - len(advertised) == 2 * len(known)
    for title, owner in zip(titles, owners, strict=True):
        assert known[owner].uri == f"uri {title.split()[1]}" if title in advertised else title in known[owner].names


def test_titles_that_share_no_name_are_close_by_the_work_of_their_neighbours() -> None:
    along = np.eye(4, dtype=np.float32)
    listed = Listed(("nurse", "ward sister", "welder", "fabricator"), ((0,), (0,), (1,), (1,)), 2)
    work = by_titles(listed, along)

    profiles = work.of(along * 50)  # so far from all others that each speaks for itself

    assert np.allclose(work.closeness(profiles, profiles), [[1, 1, 0, 0]] * 2 + [[0, 0, 1, 1]] * 2, atol=1e-3)


def test_half_of_a_score_is_the_whole_titles_and_half_the_best_of_its_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate_titles, "_AT_ONCE", 2)
    along = {"cook and bard": (0.6, 0.8), "cook": (1.0, 0.0), "bard": (0.0, 1.0)}
    one = RankingSet(("cook and bard", "bard", "cook"), ((0,), (1,), (0,)), ("0", "1"), ("cook", "bard"), (0, 1))

    scores = evaluate_titles.by_vectors(
        one,
        vectors=lambda titles: np.array([along[title] for title in titles], np.float32),
        forms=lambda title: (title, *title.split(" and ")),
    )

    assert np.allclose(scores, [[0.8, 0.9], [0.0, 1.0], [1.0, 0.0]])


@pytest.mark.parametrize("stage", [evaluate_titles, evaluate_skill_links])
def test_without_shared_data_a_stage_says_what_is_missing(
    data: Path, stage: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    del data
    params = {"features": {**FEATURES, "data": "gone"}}
    Path("params.yaml").write_text(json.dumps(params))

    stage.main()  # type: ignore[attr-defined]

    name = stage.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    assert "Skipped" in measured(name).text
