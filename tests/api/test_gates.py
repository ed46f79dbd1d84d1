"""The gates on the real composition: a better version passes them, one that judges wrongly does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.folders import MODEL, write_model
from stores.registry import open_registry
from tests import make
from tests.api.service import Service
from tests.serving import ROOT

WEIGHTS = ROOT / "models" / "weights" / "scorer" / MODEL


def registered(service: Service, ndcg_10: float, **changes: object) -> str:
    """The scorer of this checkout with some of its parameters changed, said to have reached so much."""
    folder = service.settings.var / make.name("scorer")
    model = {name: value for name, value in json.loads(WEIGHTS.read_text()).items() if name != "files"}
    write_model(folder, {**model, "of": folder.name, **changes}, {})
    measures = {"ndcg_10": ndcg_10, "brier": 0.1}
    evaluation = {
        "data": {"ads": "aa"},
        "measured": {"ads": measures},
        "baselines": {"ads": {"words": {"ndcg_10": 0.5}}},
        "fairness": {"passed": True, "says": "no score changed with a name"},
    }
    (folder / "evaluation.json").write_text(json.dumps(evaluation))
    return str(open_registry(service.settings).register("scorer", folder, {}))


async def test_a_better_version_passes_every_gate_and_a_worse_broken_or_damaged_one_does_not(
    service: Service,
) -> None:
    operator = await service.operator()
    before = (await operator.get("/v1/admin/models")).json()["serving"]["scorer"]

    async def promote(version: str, **more: Any) -> Any:
        body = {"action": "promote", "versions": [version], "why": "a test", **more}
        return (await operator.post("/v1/admin/changes", json=body)).json()

    first = await promote(registered(service, 0.80), force=True)
    better = await promote(registered(service, 0.85))
    worse = await promote(registered(service, 0.70))
    generous = await promote(registered(service, 0.95, intercept=6.0, terms=[]))
    damaged = await promote(tampered(service))
    await promote(before, force=True)

    def refusals(change: Any) -> list[str]:
        return [one["gate"] for one in change["findings"] if not one["passed"]]

    assert first["state"] == "applied"
    assert (better["state"], refusals(better)) == ("applied", []), better["findings"]
    assert (worse["state"], refusals(worse)) == ("refused", ["held-out"]), worse["findings"]
    assert (generous["state"], refusals(generous)) == ("refused", ["golden requests"]), generous["findings"]
    assert (damaged["state"], refusals(damaged)) == ("refused", ["files"])
    assert MODEL in damaged["said"] or MODEL in damaged["findings"][0]["says"]
    assert (await operator.get("/v1/admin/models")).json()["serving"]["scorer"] == before


def tampered(service: Service) -> str:
    """A version whose file, in the registry's store, is another one than was registered."""
    version = registered(service, 0.99)
    source = open_registry(service.settings)._client().get_model_version(*version.split("/")).source
    file = Path(str(source).removeprefix("file://")) / MODEL
    file.write_text(file.read_text().replace("additive", "Additive"))
    return version
