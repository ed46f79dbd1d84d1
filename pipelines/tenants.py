"""Tenants and their API keys: `python -m pipelines.tenants create NAME | key TENANT LABEL | list`.

Runs as the owner of the tables. A key is shown once, here: only its hash is kept.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from core.domain import TenantId
from core.errors import CoreError
from core.settings import Settings
from stores.access import SqlAccess
from stores.keys import MasterKeyring, open_keyring
from stores.postgres import open_database
from stores.sql import open_engine
from stores.sql_migrate import migrate_database


def main() -> None:
    chosen = _arguments().parse_args()
    settings = Settings()
    try:
        keyring = open_keyring(settings)
        with open_database(settings) as database:
            migrate_database(database)
            asyncio.run(_run(chosen, database.owner_url, keyring))
    except (CoreError, ValueError) as error:
        sys.exit(str(error))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.tenants", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="make a tenant and its first key")
    create.add_argument("name")
    key = commands.add_parser("key", help="make one more key for a tenant")
    key.add_argument("tenant", help="its id, as `list` shows it")
    key.add_argument("label", help="what the key is for")
    commands.add_parser("list", help="show all tenants")
    return parser


async def _run(chosen: argparse.Namespace, url: str, keyring: MasterKeyring) -> None:
    async with open_engine(url) as engine:
        access = SqlAccess(engine, keyring)
        match chosen.command:
            case "create":
                tenant = await access.add_tenant(chosen.name)
                print(f"tenant  {tenant}\nkey     {await access.add_key(tenant, 'first')}")
            case "key":
                print(f"key     {await access.add_key(TenantId(chosen.tenant), chosen.label)}")
            case _:
                for each in await access.tenants():
                    print(f"{each.id}  {each.name}")


if __name__ == "__main__":
    main()
