"""Stage: adapts the base encoder to titles, skills, ads and CVs; writes the adapter that `pipelines.export` merges.

Batches of pairs that mean the same; every other text of a batch counts as unlike, unless the base finds it closer than
the pair itself (GISTEmbed, Solatorio 2024). The settings of `params.yaml` were taken from published practice and not
compared with others; whoever compares them uses what `pipelines.encoder_checks` prints. O*NET is not read.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from core.errors import CoreError
from pipelines.encoder_batches import Batch, plan
from pipelines.encoder_checks import checks
from pipelines.encoder_texts import ESCO, own_sources, shared_sources
from pipelines.export_adapter import Adapter, merge, write_adapter
from pipelines.export_source import DEFAULT_MODEL, load_source
from pipelines.params import EncoderParams, FeaturesParams, section
from pipelines.train_encoder_tower import Ids, Tower

OUT = Path("artifacts/encoder")
_WARMING = 0.05  # of the steps, in which the rate rises
_LONGEST_GRADIENT = 1.0
_SAID_EVERY = 50  # steps

Say = Callable[[str], None]


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m pipelines.train_encoder", description=__doc__)
    arguments.add_argument("--model", default=DEFAULT_MODEL, help="a name or folder; default: %(default)s")
    arguments.add_argument("--out", type=Path, default=OUT)
    options = arguments.parse_args()
    params, data = section("encoder", EncoderParams), section("features", FeaturesParams).data
    shared = (data / ESCO).is_dir()
    if not shared:
        print(f"{data} has no {ESCO}: the encoder learns from our own starter taxonomy alone")
    sources = shared_sources(data) if shared else own_sources(params.taxonomy)
    batches = plan(sources, params.mix, params.style, params.seed)
    torch.set_num_threads(params.threads)
    try:
        adapter, loss = train(options.model, batches, params, say=print)
    except CoreError as error:
        sys.exit(f"{arguments.prog}: {error}")
    learned_from = "shared" if shared else "taxonomy"
    measured = {"loss": round(loss, 4)}
    if shared:
        measured |= checks(data, merge(load_source(options.model), adapter).encode)
    about = {"source": options.model, "learned_from": learned_from, "measured": measured, **_plain(params)}
    write_adapter(options.out, adapter, about)
    size = sum(path.stat().st_size for path in options.out.iterdir())
    print(f"{options.out}: {size / 1e6:.2f} MB, {measured}")


def train(model: str, batches: Sequence[Batch], params: EncoderParams, say: Say) -> tuple[Adapter, float]:
    """The adapter, and the mean loss of the last tenth. Equal input gives equal weights on one machine."""
    torch.manual_seed(params.seed)
    tower = Tower(load_source(model), layers=params.layers, rank=params.rank, seed=params.seed)
    read = [(tower.ids(batch.ones, batch.tokens), tower.ids(batch.others, batch.tokens)) for batch in batches]
    start = time.monotonic()
    count = tower.learn_of(ids for ones, others in read for ids in (*ones, *others))
    say(f"{time.monotonic() - start:5.0f} s  the base has read {count} texts of {len(read)} batches")
    learned = tower.start()
    optimiser = torch.optim.AdamW(learned, lr=params.rate, weight_decay=params.decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, len(read)))
    losses: list[float] = []
    for step, (ones, others) in enumerate(read):
        loss = _loss(tower, ones, others, params.temperature)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, _LONGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if (step + 1) % _SAID_EVERY == 0:
            recent = losses[-_SAID_EVERY:]
            say(f"{time.monotonic() - start:5.0f} s  step {step + 1}  loss {sum(recent) / len(recent):.3f}")
    last = losses[-max(len(losses) // 10, 1) :]
    return tower.adapter(), sum(last) / len(last)


def _loss(tower: Tower, ones: Sequence[Ids], others: Sequence[Ids], temperature: float) -> Any:
    texts = [*ones, *others]
    return contrast(tower.encode(texts), tower.guide(texts), temperature)


def contrast(rows: Any, guide: Any, temperature: float) -> Any:
    """Rows i and i + n of [2n, width] mean the same; cross entropy of finding that one among all others.

    Others that the guide finds closer than the pair are left out: most of them mean the same, too.
    """
    count = len(rows)
    places = torch.arange(count, device=rows.device)
    partner = (places + count // 2) % count
    closeness = guide @ guide.T
    left_out = closeness > closeness[places, partner][:, None]
    left_out[places, partner] = False
    left_out[places, places] = True
    logits = (rows @ rows.T / temperature).masked_fill(left_out, -torch.inf)
    return torch.nn.functional.cross_entropy(logits, partner)


def _rate(step: int, steps: int) -> float:
    """Of the full rate: up over the first steps, then down to nothing."""
    warm = max(_WARMING * steps, 1)
    return min((step + 1) / warm, (steps - step) / max(steps - warm, 1))


def _plain(params: EncoderParams) -> Mapping[str, object]:
    return {name: value for name, value in asdict(params).items() if name not in ("taxonomy", "threads")}


if __name__ == "__main__":
    main()
