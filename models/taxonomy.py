"""The vocabulary: skills, occupations and credentials, how people write them and how they relate."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
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
_FAMILY = 12  # children of a wider notion have too little in common to stand for one another


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


@dataclass(frozen=True, slots=True, eq=False)
class SkillTables:
    """What a taxonomy says of skills alone; `cover` as in `Taxonomy`."""

    groups: Mapping[str, Group]
    skills: Mapping[SkillId, SkillEntry]
    cover: Mapping[SkillId, Mapping[SkillId, float]]


def load_skills(folder: Path) -> SkillTables:
    """A third of what `load_taxonomy` keeps, for a process that reads no text. Raises `ModelError`."""
    tables = _Tables(folder)
    groups = tables.entries("groups", lambda r: Group(r["id"], r["label"]))
    skills = tables.entries("skills", _skill)
    for row in tables.rows("skills"):
        row.must_exist("group", [row["group"]], groups)
    relations = tuple(_relation(row) for row in tables.rows("relations"))
    return SkillTables(groups, {entry.id: entry for entry in skills.values()}, _Cover(relations).rows)


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
        row.must_exist("skill", row.parts("skills"), skills)
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
        cover=_Cover(relations).rows,
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

    def parts(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self[name].split("|") if part.strip())

    def must_exist(self, what: str, ids: Sequence[str], known: Mapping[str, object]) -> None:
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
        SkillId(row["id"]), row["label"], row["group"], row["kind"], row.parts("aliases"), row.parts("cues")
    )


def _occupation(row: _Row) -> OccupationEntry:
    skills = tuple(SkillId(id) for id in row.parts("skills"))
    return OccupationEntry(OccupationId(row["id"]), row["label"], row["family"], row.parts("aliases"), skills)


def _credential(row: _Row) -> CredentialEntry:
    legal = row["legal"].lower() == "yes"
    return CredentialEntry(CredentialId(row["id"]), row["label"], row.parts("aliases"), row["kind"], legal)


def _relation(row: _Row) -> Relation:
    if row["type"] not in RELATIONS:
        raise ModelError(f"{row.path}:{row.line}: {row['type']!r} is none of {', '.join(RELATIONS)}")
    return Relation(SkillId(row["source"]), row["type"], SkillId(row["target"]))


class _Cover:
    """The best credit that each skill gives for each wanted one."""

    def __init__(self, relations: tuple[Relation, ...]) -> None:
        self.rows: dict[SkillId, dict[SkillId, float]] = {}
        self._targets: dict[str, dict[SkillId, set[SkillId]]] = {type: {} for type in RELATIONS}
        self._narrower: dict[SkillId, set[SkillId]] = {}
        for relation in relations:
            self._targets[relation.type].setdefault(relation.source, set()).add(relation.target)
            if relation.type == "broader":
                self._narrower.setdefault(relation.target, set()).add(relation.source)
        self._related()
        self._siblings()
        self._broader()
        self._implied()

    def _credit(self, wanted: SkillId, found: SkillId, part: float) -> None:
        row = self.rows.setdefault(wanted, {})
        if wanted != found and part > row.get(found, 0.0):
            row[found] = part

    def _related(self) -> None:
        for source, targets in self._targets["related"].items():
            for target in targets:
                self._credit(source, target, _RELATED)
                self._credit(target, source, _RELATED)

    def _siblings(self) -> None:
        for siblings in self._narrower.values():
            if len(siblings) <= _FAMILY:
                for one in siblings:
                    for other in siblings:
                        self._credit(one, other, _SIBLING)

    def _broader(self) -> None:
        edges = self._targets["broader"]
        for source in edges:
            for part, ancestors in zip(_NARROWER, _levels(source, edges, len(_NARROWER)), strict=False):
                for ancestor in ancestors:
                    self._credit(ancestor, source, part)
            for parent in edges[source]:
                self._credit(source, parent, _BROADER)

    def _implied(self) -> None:
        edges = self._targets["implies"]
        for source in edges:
            for target in (skill for level in _levels(source, edges, len(edges)) for skill in level):
                self._credit(target, source, _IMPLIED)
                for ancestor in self._targets["broader"].get(target, ()):
                    self._credit(ancestor, source, _NARROWER[0])


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
