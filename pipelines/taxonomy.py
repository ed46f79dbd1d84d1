"""Makes a taxonomy folder: `python -m pipelines.taxonomy --source starter|esco|onet --from FOLDER_OR_URL --out FOLDER`.

`esco` reads ESCO's CSV release (`skills_en.csv`, `occupations_en.csv`, the relation files), `onet` O*NET's text
release (`Occupation Data.txt`, `Alternate Titles.txt`, `Technology Skills.txt`), plain or gzipped, or a URL of
their zip. `starter` copies ours. What comes out is what `models.taxonomy.load_taxonomy` reads.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from core.errors import BadInput, CoreError
from models.taxonomy import load_taxonomy
from models.tokens import plain
from pipelines.taxonomy_names import CUES, add_short_forms, needs_cues, ordinary_words, without_ordinary

ROOT = Path(__file__).parent.parent
COLUMNS = {
    "groups": ("id", "label"),
    "skills": ("id", "label", "group", "kind", "aliases", "cues"),
    "relations": ("source", "type", "target"),
    "occupations": ("id", "label", "family", "aliases", "skills"),
    "credentials": ("id", "label", "aliases", "kind", "legal"),
}
# The major groups of the US occupational classification: O*NET's files hold their numbers, not their names.
FIELDS = {
    "11": "Management", "13": "Business and finance", "15": "Computing and mathematics",
    "17": "Architecture and engineering", "19": "Science", "21": "Social service", "23": "Legal", "25": "Education",
    "27": "Arts, design, sports and media", "29": "Health professions", "31": "Health support",
    "33": "Protective service", "35": "Food service", "37": "Cleaning and grounds", "39": "Personal care",
    "41": "Sales", "43": "Office and administration", "45": "Farming, fishing and forestry", "47": "Construction",
    "49": "Installation and repair", "51": "Production", "53": "Transport", "55": "Military",
}  # fmt: skip
# Whose products people call by the product's name alone.
_MAKERS = frozenset(
    {"Microsoft", "Adobe", "Apache", "Atlassian", "Oracle", "IBM", "SAP", "Google", "Autodesk", "Amazon"}
)
_LONG = 2  # words before an acronym, and characters of a product's name, at least one more
_LARGEST_ZIP = 500_000_000  # bytes, unpacked

Rows = list[tuple[str, ...]]
Tables = dict[str, Rows]
Row = Mapping[str, str]


def from_esco(folder: Path) -> Tables:
    """Skills in their skill groups, occupations in their ISCO minor groups, essential skills only."""
    groups = {row["conceptUri"]: row["preferredLabel"] for row in _rows(folder, "skillGroups_en.csv", ",")}
    skills = {row["conceptUri"]: row for row in _rows(folder, "skills_en.csv", ",") if row["status"] == "released"}
    parents = [(r["conceptUri"], r["broaderUri"]) for r in _rows(folder, "broaderRelationsSkillPillar.csv", ",")]
    group_of = {child: parent for child, parent in parents if child in skills and parent in groups}
    families = {row["code"]: row["preferredLabel"] for row in _rows(folder, "ISCOGroups_en.csv", ",")}
    essential: dict[str, list[str]] = {}
    for row in _rows(folder, "occupationSkillRelations.csv", ","):
        if row["relationType"] == "essential" and row["skillUri"] in skills:
            essential.setdefault(row["occupationUri"], []).append(_id(row["skillUri"]))
    relations = {(_id(a), "broader", _id(b)) for a, b in parents if a in skills and b in skills}
    for row in _rows(folder, "skillSkillRelations.csv", ","):
        one, other = row["originalSkillUri"], row["relatedSkillUri"]
        if one in skills and other in skills and one != other:
            relations.add((_id(one), "implies" if row["relationType"] == "essential" else "related", _id(other)))
    names = add_short_forms({uri: (row["preferredLabel"], *_forms(row)) for uri, row in sorted(skills.items())})
    ordinary = ordinary_words(row.get("description", "") for row in skills.values())
    return {
        "groups": [("other", "Other skills"), *((_id(uri), label) for uri, label in sorted(groups.items()))],
        "skills": [
            _skill(_id(uri), forms, _id(group_of.get(uri, "other")), skills[uri]["skillType"], ordinary)
            for uri, forms in names.items()
        ],
        "relations": sorted(relations),
        "occupations": [
            (
                _id(row["conceptUri"]),
                row["preferredLabel"],
                families.get(row["iscoGroup"][:3], ""),
                _list(_forms(row)),
                _list(sorted(essential.get(row["conceptUri"], ()))),
            )
            for row in _rows(folder, "occupations_en.csv", ",")
            if row["status"] == "released"
        ],
        "credentials": [],
    }


def from_onet(folder: Path) -> Tables:
    """Technologies as skills, grouped by commodity; occupations with their alternate titles, by SOC major group."""
    titles = {row["O*NET-SOC Code"]: row["Title"] for row in _rows(folder, "Occupation Data.txt", "\t")}
    aliases: dict[str, list[str]] = {}
    for row in _rows(folder, "Alternate Titles.txt", "\t"):
        short = row.get("Short Title", "")
        names = [row["Alternate Title"], *([short] if short and short != "n/a" else [])]
        aliases.setdefault(row["O*NET-SOC Code"], []).extend(names)
    groups: dict[str, str] = {}
    skills: dict[str, tuple[str, str]] = {}
    used: dict[str, set[str]] = {}
    for row in _rows(folder, "Technology Skills.txt", "\t"):
        id = _slug(row["Example"])
        groups[row["Commodity Code"]] = row["Commodity Title"]
        skills.setdefault(id, (row["Example"], row["Commodity Code"]))
        used.setdefault(row["O*NET-SOC Code"], set()).add(id)
    tools = _tool_names({id: label for id, (label, _) in sorted(skills.items())})
    ordinary = ordinary_words(row["Description"] for row in _rows(folder, "Occupation Data.txt", "\t"))
    return {
        "groups": sorted(groups.items()),
        "skills": [_skill(id, forms, skills[id][1], "tool", ordinary) for id, forms in tools.items()],
        "relations": [],
        "occupations": [
            (
                code,
                title,
                FIELDS.get(code[:2], ""),
                _list(dict.fromkeys(aliases.get(code, ()))),
                _list(sorted(used.get(code, ()))),
            )
            for code, title in sorted(titles.items())
        ],
        "credentials": [],
    }


def write_taxonomy(tables: Tables, version: str, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for table, columns in COLUMNS.items():
        lines = ["\t".join(columns), *("\t".join(_cell(cell) for cell in row) for row in tables[table])]
        (out / f"{table}.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    (out / "VERSION").write_text(version + "\n", "utf-8")


def copy_starter(folder: Path, out: Path) -> None:
    for path in sorted(folder.rglob("*.tsv")):
        target = out / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (out / "VERSION").write_text(f"starter {load_taxonomy(folder).version}\n", "utf-8")


@contextmanager
def opened(source: str) -> Iterator[Path]:
    """A folder as it is; a URL's zip, fetched and unpacked, for as long as it is needed."""
    if "://" not in source:
        if not Path(source).is_dir():
            raise BadInput(f"{source}: there is no such folder")
        yield Path(source)
        return
    with tempfile.TemporaryDirectory() as folder:
        answer = httpx.get(source, follow_redirects=True, timeout=120.0).raise_for_status()
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_ZIP:
                raise BadInput(f"{source}: unpacks to more than {_LARGEST_ZIP} bytes")
            archive.extractall(folder)
        yield Path(folder)


def _rows(folder: Path, name: str, delimiter: str) -> Iterator[Row]:
    wanted = {name, f"{name}.gz"}
    for path in sorted(folder.rglob("*")):
        if path.name in wanted or path.name.replace("_", " ") in wanted:
            read = gzip.open if path.suffix == ".gz" else open
            with read(path, "rt", encoding="utf-8-sig", newline="") as lines:
                if delimiter == "\t":
                    yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
                else:
                    yield from csv.DictReader(lines)
            return
    raise BadInput(f"{folder}: holds no {name}")


def _forms(row: Row) -> list[str]:
    """The alternative labels, which stand one a line; those that say the same as another are left out."""
    label = row["preferredLabel"]
    return [form for form in dict.fromkeys(_clean(row["altLabels"])) if plain(form) != plain(label)]


def _clean(labels: str) -> Iterator[str]:
    return (label.strip() for label in labels.splitlines() if label.strip())


def _skill(id: str, forms: Sequence[str], group: str, kind: str, ordinary: frozenset[str]) -> tuple[str, ...]:
    """`forms`: the label first."""
    forms = without_ordinary(forms, ordinary)
    cues = CUES if needs_cues(forms, ordinary) else ()
    return (id, forms[0], group, kind.split("/")[0], _list(forms[1:]), _list(cues))


def _tool_names(labels: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """`Microsoft Excel` is also Excel, `Structured query language SQL` is also SQL: O*NET lists no other names."""
    names = {id: (label, *filter(None, (_acronym(label), _product(label)))) for id, label in labels.items()}
    return _unshared(names)


def _acronym(label: str) -> str:
    words = label.split()
    last = words[-1]
    short = len(words) > _LONG and last.isupper() and last.isalpha() and len(last) > 1
    return last if short and all(c in plain(" ".join(words[:-1])) for c in plain(last)) else ""


def _product(label: str) -> str:
    maker, _, product = label.partition(" ")
    return product if maker in _MAKERS and len(product) > _LONG else ""


def _unshared(names: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Without the names that several have."""
    counts = Counter(plain(form) for forms in names.values() for form in set(forms))
    return {id: (forms[0], *(form for form in forms[1:] if counts[plain(form)] == 1)) for id, forms in names.items()}


def _id(uri: str) -> str:
    return uri.rstrip("/").rsplit("/", 1)[-1]


def _slug(name: str) -> str:
    signs = plain(name).replace("+", " plus ").replace("#", " sharp ")
    return "-".join("".join(c if c.isalnum() else " " for c in signs).split())


def _list(values: Iterable[str]) -> str:
    return "|".join(value.replace("|", "/") for value in values)


def _cell(value: str) -> str:
    return " ".join(value.split())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipelines.taxonomy", description=__doc__)
    parser.add_argument("--source", choices=("starter", "esco", "onet"), required=True)
    parser.add_argument("--from", dest="place", default=str(ROOT / "taxonomy"), help="a folder, or the URL of a zip")
    parser.add_argument("--version", default="", help="the release, such as 1.2.0; it becomes part of the version")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        with opened(options.place) as folder:
            if options.source == "starter":
                copy_starter(folder, options.out)
            else:
                tables = from_esco(folder) if options.source == "esco" else from_onet(folder)
                write_taxonomy(tables, f"{options.source} {options.version}".strip(), options.out)
        made = load_taxonomy(options.out)
    except (CoreError, httpx.HTTPError, zipfile.BadZipFile) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.out}: {len(made.skills)} skills, {len(made.occupations)} occupations ({made.version})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
