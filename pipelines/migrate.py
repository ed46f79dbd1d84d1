"""Brings the database of the settings to this version: `python -m pipelines.migrate`. Harmless to repeat."""

from __future__ import annotations

import sys

from core.errors import StoreError
from core.settings import Settings
from stores.sql_migrate import migrate


def main() -> None:
    try:
        revision = migrate(Settings())
    except (StoreError, ValueError) as error:
        sys.exit(str(error))
    print(f"The database is at revision {revision}.")


if __name__ == "__main__":
    main()
