"""Keys of those who may change what serves: `python -m pipelines.operators create NAME | withdraw NAME | list`.

Runs as the owner of the tables. A key is shown once, here: only its hash is kept. Changes carry the name.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from core.errors import CoreError
from core.settings import Settings
from stores.access import SqlAccess
from stores.keys import MasterKeyring, open_keyring
from stores.postgres import open_database
from stores.sql import open_engine
from stores.sql_migrate import migrate_database


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pipelines.operators", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, does in (("create", "make an operator's key"), ("withdraw", "end it")):
        commands.add_parser(command, help=does).add_argument("name")
    commands.add_parser("list", help="show all operators")
    chosen = parser.parse_args()
    settings = Settings()
    try:
        keyring = open_keyring(settings)
        with open_database(settings) as database:
            migrate_database(database)
            asyncio.run(_run(chosen, database.owner_url, keyring))
    except (CoreError, ValueError) as error:
        sys.exit(str(error))


async def _run(chosen: argparse.Namespace, url: str, keyring: MasterKeyring) -> None:
    async with open_engine(url) as engine:
        access = SqlAccess(engine, keyring)
        match chosen.command:
            case "create":
                print(f"key     {await access.add_operator(chosen.name)}")
            case "withdraw":
                await access.withdraw_operator(chosen.name)
            case _:
                print("\n".join(await access.operators()))


if __name__ == "__main__":
    main()
