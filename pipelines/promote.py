"""Brings model versions to traffic and back: `python -m pipelines.promote ranker/2 [scorer/2] --why "…"`.

`--shadow` has them answer copies of requests, `--canary 5` five in a hundred requests, `--stop` ends that,
`--rollback` returns to what served before, `--status` changes nothing. Another embedder takes as long as embedding
every document: how far it is is shown meanwhile, and the old one serves until all is there. A client of `/v1/admin`:
`MATCHGRAPH_URL` and `MATCHGRAPH_OPERATOR_KEY` (`python -m pipelines.operators create NAME`) say where and who. Ends
with 1 when refused.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines.client import Client

FOLLOW_S = 2.0
GATES_S = 120.0  # reading the golden samples on a crowded machine


def main() -> None:
    chosen = _arguments().parse_args()
    key = os.environ.get("MATCHGRAPH_OPERATOR_KEY", "")
    if not key:
        sys.exit("MATCHGRAPH_OPERATOR_KEY is not set: `python -m pipelines.operators create NAME` makes one")
    client, console = Client.of(chosen.url, key, timeout_s=GATES_S), Console()
    if not chosen.status:
        if not chosen.why:
            sys.exit('say why: --why "…" is kept with the change')
        change = follow(console, client, client.post("/v1/admin/changes", wish(chosen), retries=1))
        show(console, change)
        if change["state"] != "applied":
            sys.exit(f"{change['state']}: {change['said']}")
    status(console, client.get("/v1/admin/models"))
    for change in client.get("/v1/admin/changes?limit=1")["items"]:
        if change["state"] == "preparing":
            console.print(f"change {change['id']} is being made: {', '.join(change['versions'])}; {change['said']}")


def wish(chosen: argparse.Namespace) -> dict[str, Any]:
    """The change that the options mean."""
    body: dict[str, Any] = {"why": chosen.why, "versions": chosen.versions, "force": chosen.force, "by": chosen.by}
    if chosen.rollback or chosen.stop:
        return {"action": "rollback" if chosen.rollback else "stop", "why": chosen.why}
    if chosen.canary is not None:
        return body | {"action": "canary", "percent": chosen.canary}
    if chosen.shadow is not None:
        return body | {"action": "shadow", "percent": chosen.shadow}
    return body | {"action": "promote"}


def follow(console: Console, client: Client, change: Any) -> Any:
    """The change as it ends. Whoever stops waiting stops nothing: the service goes on, `--status` looks in."""
    with console.status(f"change {change['id']}") as line:
        while change["state"] == "preparing":
            time.sleep(FOLLOW_S)
            change = client.get(f"/v1/admin/changes/{change['id']}")
            line.update(f"change {change['id']}: {change['said'] or 'the gates are asked'}")
            if not console.is_terminal and change["said"]:
                console.print(change["said"])
    return change


def show(console: Console, change: Any) -> None:
    if change["findings"]:
        table = Table("gate", "", "says", "compared")
        for one in change["findings"]:
            compared = "\n".join(f"{name}: {_number(value)}" for name, value in one["compared"].items())
            table.add_row(one["gate"], "passed" if one["passed"] else "[bold]REFUSES[/bold]", one["says"], compared)
        console.print(table)
    forced = ", forced" if change["forced"] else ""
    console.print(f"change {change['id']}: {change['action']} {change['state']}{forced}, by {change['who']}")


def status(console: Console, plan: Any) -> None:
    console.print(f"serving   {', '.join(plan['serving'].values())}")
    if plan["previous"]:
        console.print(f"previous  {', '.join(plan['previous'].values())}")
    if plan["trial"]:
        trial, shown = plan["trial"], plan["shown"]
        versions = ", ".join(trial["versions"].values())
        console.print(f"{trial['mode']:9} {versions}, {trial['percent']:g} % of {trial['by']}")
        for lane in ("served", "tried"):
            one = shown[lane]
            mean = "" if one["mean_ms"] is None else f", {one['mean_ms']:g} ms"
            console.print(f"  {lane}: {one['answered']} answered, {one['failed']} failed{mean}")
        if shown["compared"]:
            console.print(
                f"  {shown['compared']} compared: overlap@10 {shown['overlap_at_10']:g}, same first "
                f"{shown['same_first']:g}, scores differ by {_number(shown['mean_score_difference'])}, "
                f"at most {_number(shown['largest_score_difference'])}"
            )


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.promote", description=__doc__)
    parser.add_argument("versions", nargs="*", metavar="NAME/NUMBER", help="several change at one moment")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--shadow", nargs="?", type=float, const=100.0, metavar="PERCENT", help="default: all requests")
    how.add_argument("--canary", type=float, metavar="PERCENT")
    how.add_argument("--stop", action="store_true", help="ends a shadow or a canary")
    how.add_argument("--rollback", action="store_true")
    how.add_argument("--status", action="store_true", help="what serves, and what the trial has shown")
    parser.add_argument("--by", choices=["requests", "tenants"], default="requests", help="what PERCENT is of")
    parser.add_argument("--why", default="", help="kept with the change")
    parser.add_argument("--force", action="store_true", help="whatever the gates say; the record shows it")
    parser.add_argument("--url", default=os.environ.get("MATCHGRAPH_URL", "http://127.0.0.1:8000"))
    return parser


if __name__ == "__main__":
    main()
