"""Sentences of ads with the ESCO skills they ask for: TECH, HOUSE and TECHWOLF (Decorte et al., 2022 and 2023)."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.encoder_texts import ESCO, forms_of

FOLDER = "skill_extraction_decorte/data"


@dataclass(frozen=True, slots=True)
class Asked:
    """`skills`: places of labels, one for each span that was given one; as published, a label twice counts twice."""

    sentence: str
    skills: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SkillNames:
    """`labels` are the answers; `others[n]` are further names of answer n; `prior[n]` how much ads ask it, or 0."""

    labels: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]
    prior: tuple[float, ...]


def skill_names(data: Path) -> SkillNames:
    """The labels that the sets use (ESCO 1.1.0); further names from ESCO 1.1.1, by label."""
    labels = tuple(line for line in (data / FOLDER / "skills_en_label.txt").read_text("utf-8").splitlines() if line)
    with gzip.open(data / ESCO / "skills_en.csv.gz", "rt", encoding="utf-8", newline="") as file:
        named = {row["preferredLabel"].strip(): forms_of(row)[1:] for row in csv.DictReader(file)}
    prior: Mapping[str, float] = json.loads((data / FOLDER / "esco_priors.json").read_text("utf-8"))
    others = tuple(named.get(label.strip(), ()) for label in labels)
    return SkillNames(labels, others, tuple(float(prior.get(label, 0.0)) for label in labels))


def asked(data: Path, name: str, names: SkillNames) -> list[Asked]:
    """Sentences of one file, such as `tech_test`, in its order, that have at least one of the labels."""
    place = {label: at for at, label in enumerate(names.labels)}
    found = defaultdict[str, list[int]](list)
    with (data / FOLDER / f"{name}_annotations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] in place:
                found[row["sentence"]].append(place[row["label"]])
    return [Asked(sentence, tuple(skills)) for sentence, skills in found.items()]
