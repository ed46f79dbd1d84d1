"""Registers a model version, made here or elsewhere: `python -m pipelines.register ranker FOLDER --card card.json`.

The folder must load as serving loads it and answer an example sensibly; what is registered beside its files are the
card, the signature, the example, and what was measured (`--evaluation`, as `pipelines.evaluate` writes it, and
`--fairness`). Files that could run code are refused. The run in MLflow has parameters, measures, commit and hashes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from core.domain import ModelVersion
from core.errors import BadInput, CoreError
from core.gates import Evaluation
from core.plans import PARTS
from core.settings import Settings
from pipelines.lineage import lineage
from pipelines.signatures import signature
from stores.registry import Registry, open_registry, refuse_code

CARD = {
    "description": "what it is, in one sentence",
    "data": "what it learned from, and who graded it",
    "licence": "with attribution",
    "metrics": "what it reached, and where that was measured",
    "limits": "where not to trust it",
}
LEAST = 10  # characters of a field that says something


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pipelines.register", description=__doc__)
    parser.add_argument("name", choices=PARTS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--card", type=Path, help="JSON with the fields of the model card; default: FOLDER/card.json")
    parser.add_argument("--evaluation", type=Path, help="JSON of pipelines.evaluate; default: FOLDER/evaluation.json")
    parser.add_argument("--fairness", type=Path, help="JSON of pipelines.fairness; default: FOLDER/fairness.json")
    chosen = parser.parse_args()
    try:
        if not chosen.folder.is_dir():
            raise BadInput(f"{chosen.folder} is no folder")
        refuse_code(chosen.folder)
        for named in (chosen.evaluation, chosen.fairness):
            if named is not None and not named.is_file():
                raise BadInput(f"{named} is no file")
        card = read_card(chosen.card or chosen.folder / "card.json")
        evaluation = read_evaluation(
            chosen.evaluation or chosen.folder / "evaluation.json", chosen.fairness or chosen.folder / "fairness.json"
        )
        version = register(open_registry(Settings()), chosen.name, chosen.folder, card, evaluation)
    except (CoreError, OSError) as error:
        sys.exit(f"not registered: {error}")
    print(version)


def register(
    registry: Registry, name: str, folder: Path, card: Mapping[str, str], evaluation: Mapping[str, Any] | None
) -> ModelVersion:
    """Tries the version on an example and registers it with all that is known of it; it is in the cache afterwards."""
    made = signature(name, folder)
    with tempfile.TemporaryDirectory() as draft:
        whole = Path(draft) / name
        shutil.copytree(folder, whole)
        _write(whole / "card.json", card)
        _write(whole / "signature.json", made.columns)
        _write(whole / "input_example.json", made.example)
        if evaluation is not None:
            _write(whole / "evaluation.json", evaluation)
        version = registry.register(name, whole, card, lineage(name, evaluation))
    registry.fetch(version)
    return version


def read_card(file: Path) -> dict[str, str]:
    """Raises `BadInput` for a card that leaves something out."""
    card = _json(file)
    for field, what in CARD.items():
        said = card.get(field)
        if not isinstance(said, str) or len(said.strip()) < LEAST:
            raise BadInput(f"{file}: `{field}` must say {what}")
    return {field: said if isinstance(said, str) else json.dumps(said) for field, said in card.items()}


def read_evaluation(file: Path, fairness: Path) -> dict[str, Any] | None:
    """What was measured, with the fairness report in it where there is one; None when there is no such file. Raises
    `BadInput` for another form than the gates read."""
    if not file.is_file():
        return None
    measured = _json(file)
    if fairness.is_file():
        measured["fairness"] = _judged(_json(fairness))
    try:
        msgspec.convert(measured, Evaluation)
    except msgspec.ValidationError as error:
        raise BadInput(f"{file}: {error}") from None
    return measured


def _judged(report: Mapping[str, Any]) -> dict[str, Any]:
    """With its verdict in a sentence, as the gate shows it."""
    reasons = report.get("reasons") or [f"the four-fifths rule holds over {report.get('applicants', 0)} applicants"]
    return {"says": "; ".join(map(str, reasons)), **report}


def _json(file: Path) -> dict[str, Any]:
    try:
        read = json.loads(file.read_text("utf-8"))
    except ValueError:
        raise BadInput(f"{file} is no JSON") from None
    if not isinstance(read, dict):
        raise BadInput(f"{file} is no JSON object")
    return read


def _write(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
