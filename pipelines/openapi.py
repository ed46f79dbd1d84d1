"""`python -m pipelines.openapi`: writes openapi.json, the contract with clients; a test compares it with the code."""

from __future__ import annotations

import json
from pathlib import Path

from api.app import create_app
from api.metrics import Metrics
from api.use_cases import UseCases

FILE = Path("openapi.json")


def main() -> None:
    FILE.write_text(contract())


def contract() -> str:
    """The OpenAPI document, in the same bytes every time."""
    return json.dumps(create_app(_unused, Metrics()).openapi(), indent=1, sort_keys=True) + "\n"


def _unused() -> UseCases:
    raise RuntimeError("describing the API answers no request")


if __name__ == "__main__":
    main()
