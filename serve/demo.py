"""`make demo`: sample CVs and job ads in, explained matches out, through the Ray Serve graph on this machine."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from core.errors import CoreError
from core.settings import Settings
from pipelines.bootstrap import bootstrap
from pipelines.client import Client
from pipelines.ingest import find, ingest, show
from serve.run import MODEL_OF, replicas, running, wait
from stores.access import SqlAccess
from stores.keys import MasterKeyring, open_keyring
from stores.postgres import open_database
from stores.sql import open_engine
from stores.sql_migrate import migrate_database

SAMPLES = Path("samples")
JOBS_SHOWN = 3
FIRST = 5  # rows of a table
MOST = 5  # reasons in a cell
SHOWN = ("must_have_near", "nice_to_have", "legal_credentials", "other_credentials", "role_years")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m serve.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop after printing")
    once: bool = parser.parse_args().once
    console = Console()
    settings = Settings()
    try:
        demo(settings, console, once=once)
    except (CoreError, ValueError, OSError) as error:
        sys.exit(f"matchgraph: {error}")


def demo(settings: Settings, console: Console, *, once: bool) -> None:
    started = time.monotonic()
    step(console, "Models: built once, then taken from the registry")
    models = bootstrap(settings, console)
    step(console, "Graph: Postgres, vectors, files and five Ray Serve deployments on loopback")
    with running(settings, models):
        show_graph(console, models)
        client = Client.of(f"http://{settings.host}:{settings.port}", demo_key(settings))
        step(console, "Samples: CVs and job ads, read, embedded and indexed")
        for kind, folder in (("candidate", "cvs"), ("job", "jobs")):
            show(ingest(client, kind, find(SAMPLES / folder), console), console)
        step(console, "Matches")
        show_matches(client, console)
        show_urls(settings, console, time.monotonic() - started)
        if not once:
            console.print("Serving until Ctrl-C.")
            wait()
            console.print("Stopping.")


def demo_key(settings: Settings) -> str:
    """The API key of the tenant `demo`, made at the first run and kept beside the data."""
    file = settings.var / "demo.key"
    if not file.is_file():
        with open_database(settings) as database:
            migrate_database(database)
            key = asyncio.run(_new_key(database.owner_url, open_keyring(settings)))
        file.touch(mode=0o600)
        file.write_text(key + "\n")
    return file.read_text().strip()


async def _new_key(url: str, keyring: MasterKeyring) -> str:
    async with open_engine(url) as engine:
        access = SqlAccess(engine, keyring)
        return await access.add_key(await access.add_tenant("demo"), "made by make demo")


def show_graph(console: Console, models: dict[str, str]) -> None:
    table = Table("deployment", "state", "model")
    for name, state in replicas().items():
        table.add_row(name, state, models.get(MODEL_OF.get(name, ""), ""))
    console.print(table)


def show_matches(client: Client, console: Console) -> None:
    titles = {job["id"]: job["requirements"]["title"] for job in everything(client, "jobs")}
    people = {one["id"]: one["identity"]["name"] for one in everything(client, "candidates")}
    for job in list(titles)[:: max(1, len(titles) // JOBS_SHOWN)][:JOBS_SHOWN]:
        answer = client.post("/v1/matches", {"job_id": job, "limit": FIRST})
        show_answer(console, f"Candidates for: {titles[job]}", answer, people)
    candidate = answer["matches"][0]["id"]
    answer = client.post("/v1/matches", {"candidate_id": candidate, "limit": FIRST})
    show_answer(console, f"Jobs for: {people[candidate]}", answer, titles)


def everything(client: Client, noun: str) -> list[Any]:
    """All indexed items, page by page."""
    items: list[Any] = []
    after = ""
    while True:
        page = client.get(f"/v1/{noun}?limit=100{after}")
        items += [item for item in page["items"] if item["document"]]
        if page["after"] is None:
            return items
        after = f"&after={page['after']}"


def show_answer(console: Console, title: str, answer: Any, names: dict[str, str]) -> None:
    table = Table("", "score", "who" if answer["looking_for"] == "candidate" else "job", "found", "missing")
    table.title, table.title_justify = title, "left"
    for match in answer["matches"]:
        found, missing = reasons(match)
        score = "–" if match["score"] is None else f"{match['score']:.0%}"
        table.add_row(str(match["rank"]), score, names.get(match["id"], match["id"]), found, missing)
    console.print(table)
    versions = ", ".join(answer["models"].values())
    console.print(f"[dim]{answer['match_id']} · {answer['considered']} considered · {versions}[/dim]\n")


def reasons(match: Any) -> tuple[str, str]:
    """Skills and credentials asked for, found and missing; the terms that weigh most come first."""
    if match["explanation"] is None:
        return match["abstained"], ""
    terms = [one for one in match["explanation"]["contributions"] if one["term"] in SHOWN]
    facts = {fact["label"]: fact["found"] for one in terms for fact in one["evidence"]}
    found = [label for label, there in facts.items() if there]
    missing = [label for label, there in facts.items() if not there]
    return shortened(found), shortened(missing)


def shortened(labels: list[str]) -> str:
    more = len(labels) - MOST
    return ", ".join(labels[:MOST]) + (f" and {more} more" if more > 0 else "")


def show_urls(settings: Settings, console: Console, took_s: float) -> None:
    api = f"http://{settings.host}:{settings.port}"
    console.print(f"Ready after {took_s:.0f} s.")
    console.print(f"  API docs       {api}/docs   (key: {settings.var / 'demo.key'})")
    console.print(f"  Metrics        {api}/metrics")
    dashboard = f"http://{settings.host}:{settings.dashboard_port}/#/serve"
    console.print(f"  Ray dashboard  {dashboard}   (token: .venv/bin/ray get-auth-token)")


def step(console: Console, title: str) -> None:
    console.rule(f"[bold]{title}", align="left")


if __name__ == "__main__":
    main()
