"""The words for people agree with the code: settings, targets, metrics, commands, files and links."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.metrics import Metrics
from core.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "mlflow/README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
# Read by one command or test.
OF_A_COMMAND = {"MATCHGRAPH_URL", "MATCHGRAPH_API_KEY", "MATCHGRAPH_OPERATOR_KEY", "MATCHGRAPH_TEST_QDRANT_URL"}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def settings_table(settings: Settings) -> str:
    """The README's table, from the settings themselves."""
    lines = ["| variable | default | what |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        shown = f"{plain:g}" if isinstance(plain, float) else str(plain).replace(str(settings.var), "var")
        lines.append(f"| `MATCHGRAPH_{name.upper()}` | {f'`{shown}`' if shown else ''} | {field.description} |")
    return "\n".join(lines)


def test_the_readme_shows_every_setting_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MATCHGRAPH_")]:
        monkeypatch.delenv(name)

    table = settings_table(Settings())

    assert table in README, f"put this table into README.md:\n{table}"


def test_every_make_target_is_explained_in_its_help_and_in_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text()

    targets = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split()

    assert [name for name in targets if not re.search(rf"^{name}:.* ## ", makefile, re.MULTILINE)] == []
    assert [name for name in targets if f"`make {name}`" not in README] == []


def test_every_metric_is_in_the_readme() -> None:
    exposed = re.findall(r"^# HELP (\w+)", Metrics().text().decode(), re.MULTILINE)

    assert [name for name in exposed if not name.endswith("_created") and f"`{name}`" not in README] == []


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


@each_page
def test_every_file_and_command_named_is_there(page: Path) -> None:
    files = re.findall(r"[`\s@]((?:[a-z]+/)+[\w.-]+\.[a-z]+)[`\s]", page.read_text())
    modules = re.findall(r"python -m ([a-z_]+(?:\.[a-z_]+)*)", page.read_text())

    assert [name for name in files if not name.startswith("var/") and not (ROOT / name).exists()] == []
    assert [name for name in modules if find_spec(name) is None] == []


@each_page
def test_every_variable_named_is_a_setting(page: Path) -> None:
    known = OF_A_COMMAND | {f"MATCHGRAPH_{name.upper()}" for name in Settings.model_fields}

    assert set(re.findall(r"MATCHGRAPH_[A-Z_]*[A-Z]", page.read_text())) - known == set()
