"""The vocabulary: skills, occupations and credentials, how people write them and how they relate."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from core.domain import CredentialId, OccupationId, SkillId
from core.errors import ModelError

E = TypeVar("E")
RELATIONS = ("broader", "implies", "related")

# How much of a wanted skill another one covers. Whoever has what implies or specialises it has it, but an ad
# that says "JavaScript framework" may mean another one; whoever has only its surroundings must still learn it.
_IMPLIED = 1.0
_NARROWER = (0.9, 0.8, 0.7)
_BROADER = 0.4
_RELATED = 0.5
_SIBLING = 0.3


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class SkillEntry:
    """`cues`: when there are any, a one-word form counts only where one of them is near."""

    id: SkillId
    label: str
    group: str
    kind: str
    aliases: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.label, *self.aliases)


@dataclass(frozen=True, slots=True)
class OccupationEntry:
    id: OccupationId
    label: str
    family: str
    aliases: tuple[str, ...] = ()
    skills: tuple[SkillId, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.label, *self.aliases)


@dataclass(frozen=True, slots=True)
class CredentialEntry:
    """`legal`: the work is forbidden without it."""

    id: CredentialId
    label: str
    aliases: tuple[str, ...] = ()
    kind: str = "certification"
    legal: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.label, *self.aliases)


@dataclass(frozen=True, slots=True)
class Relation:
    """`source` is narrower than, implies, or is related to `target`."""

    source: SkillId
    type: str
    target: SkillId


@dataclass(frozen=True, slots=True, eq=False)
class Taxonomy:
    """`cover[wanted][found]` is the part of a wanted skill, 0..1, that another skill covers."""

    version: str
    sha256: str
    groups: Mapping[str, Group]
    skills: Mapping[SkillId, SkillEntry]
    occupations: Mapping[OccupationId, OccupationEntry]
    credentials: Mapping[CredentialId, CredentialEntry]
    relations: tuple[Relation, ...]
    cover: Mapping[SkillId, Mapping[SkillId, float]]

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(sorted({entry.family for entry in self.occupations.values()}))


def load_taxonomy(folder: Path) -> Taxonomy:
    """Merges `folder/*.tsv` and `folder/<sector>/*.tsv`. Raises `ModelError` naming the file and line at fault."""
    tables = _Tables(folder)
    groups = tables.entries("groups", lambda r: Group(r["id"], r["label"]))
    skills = tables.entries("skills", _skill)
    occupations = tables.entries("occupations", _occupation)
    credentials = tables.entries("credentials", _credential)
    relations = tuple(_relation(row) for row in tables.rows("relations"))
    for row in tables.rows("skills"):
        row.must_exist("group", [row["group"]], groups)
    for row in tables.rows("relations"):
        row.must_exist("skill", [row["source"], row["target"]], skills)
    for row in tables.rows("occupations"):
        row.must_exist("skill", row.list("skills"), skills)
    if not skills or not occupations:
        raise ModelError(f"{folder}: no skills.tsv or no occupations.tsv in it")
    return Taxonomy(
        version=tables.version(),
        sha256=tables.sha256(),
        groups=groups,
        skills={entry.id: entry for entry in skills.values()},
        occupations={entry.id: entry for entry in occupations.values()},
        credentials={entry.id: entry for entry in credentials.values()},
        relations=relations,
        cover=_cover(relations),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    path: Path
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        try:
            return self.cells[name]
        except KeyError:
            raise ModelError(f"{self.path}:{self.line}: no column {name!r}") from None

    def list(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self[name].split("|") if part.strip())

    def must_exist(self, what: str, ids: tuple[str, ...] | list[str], known: Mapping[str, object]) -> None:
        for id in ids:
            if id not in known:
                raise ModelError(f"{self.path}:{self.line}: there is no {what} {id!r}")


class _Tables:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = sorted(folder.rglob("*.tsv"), key=lambda path: path.relative_to(folder).as_posix())
        if not self._files:
            raise ModelError(f"{folder}: no taxonomy there")

    def rows(self, table: str) -> Iterator[_Row]:
        for path in self._files:
            if path.name != f"{table}.tsv":
                continue
            lines = path.read_text("utf-8").splitlines()
            names = lines[0].split("\t") if lines else []
            for number, line in enumerate(lines[1:], start=2):
                if line.strip():
                    cells = line.split("\t")
                    if len(cells) > len(names):
                        raise ModelError(f"{path}:{number}: {len(cells)} cells under {len(names)} columns")
                    padded = cells + [""] * (len(names) - len(cells))
                    yield _Row(path, number, dict(zip(names, (c.strip() for c in padded), strict=True)))

    def entries(self, table: str, make: Callable[[_Row], E]) -> dict[str, E]:
        made: dict[str, E] = {}
        for row in self.rows(table):
            if not row["id"] or row["id"] in made:
                raise ModelError(f"{row.path}:{row.line}: the id {row['id']!r} is empty or there already")
            made[row["id"]] = make(row)
        return made

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for path in self._files:
            digest.update(path.relative_to(self._folder).as_posix().encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    def version(self) -> str:
        """The line in `VERSION`, such as `esco 1.2.0`; without one, the start of the content's hash."""
        path = self._folder / "VERSION"
        return path.read_text("utf-8").strip() if path.exists() else self.sha256()[:12]


def _skill(row: _Row) -> SkillEntry:
    return SkillEntry(
        SkillId(row["id"]), row["label"], row["group"], row["kind"], row.list("aliases"), row.list("cues")
    )


def _occupation(row: _Row) -> OccupationEntry:
    skills = tuple(SkillId(id) for id in row.list("skills"))
    return OccupationEntry(OccupationId(row["id"]), row["label"], row["family"], row.list("aliases"), skills)


def _credential(row: _Row) -> CredentialEntry:
    legal = row["legal"].lower() == "yes"
    return CredentialEntry(CredentialId(row["id"]), row["label"], row.list("aliases"), row["kind"], legal)


def _relation(row: _Row) -> Relation:
    if row["type"] not in RELATIONS:
        raise ModelError(f"{row.path}:{row.line}: {row['type']!r} is none of {', '.join(RELATIONS)}")
    return Relation(SkillId(row["source"]), row["type"], SkillId(row["target"]))


def _cover(relations: tuple[Relation, ...]) -> dict[SkillId, dict[SkillId, float]]:
    targets: dict[str, dict[SkillId, set[SkillId]]] = {type: {} for type in RELATIONS}
    narrower: dict[SkillId, set[SkillId]] = {}
    for relation in relations:
        targets[relation.type].setdefault(relation.source, set()).add(relation.target)
        if relation.type == "broader":
            narrower.setdefault(relation.target, set()).add(relation.source)
    cover: dict[SkillId, dict[SkillId, float]] = {}

    def credit(wanted: SkillId, found: SkillId, part: float) -> None:
        row = cover.setdefault(wanted, {})
        if wanted != found and part > row.get(found, 0.0):
            row[found] = part

    for source, related in targets["related"].items():
        for target in related:
            credit(source, target, _RELATED)
            credit(target, source, _RELATED)
    for siblings in narrower.values():
        if len(siblings) <= 12:  # children of a wider notion have too little in common
            for one in siblings:
                for other in siblings:
                    credit(one, other, _SIBLING)
    for source in targets["broader"]:
        for steps, ancestors in enumerate(_levels(source, targets["broader"], len(_NARROWER))):
            for ancestor in ancestors:
                credit(ancestor, source, _NARROWER[steps])
                if steps == 0:
                    credit(source, ancestor, _BROADER)
    for source in targets["implies"]:
        for implied in _levels(source, targets["implies"], 8):
            for target in implied:
                credit(target, source, _IMPLIED)
                for ancestor in targets["broader"].get(target, ()):
                    credit(ancestor, source, _NARROWER[0])
    return cover


def _levels(source: SkillId, edges: Mapping[SkillId, set[SkillId]], depth: int) -> Iterator[set[SkillId]]:
    """What is reached in one step, in two, …: each skill once, so cycles end."""
    seen = {source}
    level = {source}
    for _ in range(depth):
        level = {target for skill in level for target in edges.get(skill, ())} - seen
        if not level:
            return
        seen |= level
        yield level
