"""The adapter of the encoder on a tiny random model: it merges as it was learned, and it learns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import ModelError
from models.embedding import load_encoder
from pipelines.encoder_batches import Batch, plan
from pipelines.encoder_texts import own_sources
from pipelines.export import export
from pipelines.export_adapter import Adapter, Part, fingerprint, load_adapter, merge, write_adapter
from pipelines.export_source import load_source
from pipelines.params import EncoderParams, Mix, Style, section
from tests.pipelines.tiny import trains, write_tiny

TEXTS = ("night nurse", "truck driver", "accountant in a bakery", "head of sales")
PAIRS = tuple(
    (f"{work} {noun}", f"{noun} who does {work}")
    for work in ("night", "day", "farm", "steel", "paper")
    for noun in ("nurse", "driver", "cook", "clerk")
)
QUICK = replace(section("encoder", EncoderParams), layers=2, rank=8, rate=0.02, threads=1, seed=3)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("tiny"), "bert")


def random_adapter(model: Path, names: tuple[str, ...], rank: int = 3) -> Adapter:
    source, random = load_source(str(model)), np.random.default_rng(1)
    parts = {}
    for name in names:
        out, inner = source.transformer.get_submodule(name).weight.shape
        parts[name] = Part(
            random.normal(size=(rank, inner)).astype(np.float32), random.normal(size=(out, rank)).astype(np.float32)
        )
    return Adapter(parts, fingerprint(source, list(names)))


def linear_names(model: Path) -> tuple[str, ...]:
    named = load_source(str(model)).transformer.named_modules()
    return tuple(name for name, module in named if "layer.1" in name and type(module).__name__ == "Linear")


@trains
def test_merging_adds_the_product_and_changes_nothing_else(tiny: Path) -> None:
    adapter = random_adapter(tiny, linear_names(tiny)[:2])
    before, after = (load_source(str(tiny)) for _ in range(2))

    merge(after, adapter)

    changed = dict(after.transformer.named_parameters())
    for name, weight in before.transformer.named_parameters():
        part = adapter.parts.get(name.removesuffix(".weight"))
        added = part.up @ part.down if part else 0.0
        np.testing.assert_allclose(changed[name].detach().numpy(), weight.detach().numpy() + added, atol=1e-5)


@trains
@pytest.mark.parametrize("family", ["bert", "distilbert", "mpnet"])
def test_the_merged_model_gives_what_the_learning_one_gives(tmp_path: Path, family: str) -> None:
    from pipelines.train_encoder_tower import Tower

    folder = write_tiny(tmp_path, family)
    tower = Tower(load_source(str(folder)), layers=1, rank=4, seed=0)
    ids = tower.ids(TEXTS, 40)
    tower.learn_of(ids)
    for weight in tower.start():
        weight.data += 0.3  # `up` starts at zero
    expected = tower.encode(ids).detach().numpy()

    merged = merge(load_source(str(folder)), tower.adapter()).encode(TEXTS)

    np.testing.assert_allclose(merged, expected, atol=2e-3)  # what goes into the tower is kept in half precision


@trains
def test_an_adapter_that_has_learned_nothing_changes_nothing(tiny: Path) -> None:
    from pipelines.train_encoder_tower import Tower

    tower = Tower(load_source(str(tiny)), layers=2, rank=4, seed=0)
    tower.learn_of(tower.ids(TEXTS, 40))
    tower.start()

    merged = merge(load_source(str(tiny)), tower.adapter()).encode(TEXTS)

    np.testing.assert_allclose(merged, load_source(str(tiny)).encode(TEXTS), atol=1e-6)


@trains
def test_training_on_twenty_pairs_lowers_the_loss(tiny: Path) -> None:
    from pipelines.train_encoder import train

    batch = Batch("titles", 40, *zip(*PAIRS, strict=True))  # type: ignore[arg-type]

    adapter, _ = train(str(tiny), [batch] * 60, QUICK, say=lambda _: None)

    before, after = loss(load_source(str(tiny))), loss(merge(load_source(str(tiny)), adapter))
    assert after < 0.9 * before


def loss(source: Any) -> float:
    import torch

    from pipelines.train_encoder import contrast

    rows = torch.from_numpy(source.encode([*(one for one, _ in PAIRS), *(other for _, other in PAIRS)]))
    return float(contrast(rows, torch.eye(len(rows)), 0.05))


@trains
def test_training_again_gives_the_same_weights(tiny: Path) -> None:
    from pipelines.train_encoder import train

    batch = Batch("titles", 40, *zip(*PAIRS, strict=True))  # type: ignore[arg-type]

    first, second = (train(str(tiny), [batch] * 3, QUICK, say=lambda _: None)[0] for _ in range(2))

    for name, part in first.parts.items():
        np.testing.assert_array_equal(part.up, second.parts[name].up)


@trains
def test_what_the_guide_finds_closer_than_the_pair_does_not_count_as_unlike() -> None:
    torch = pytest.importorskip("torch", reason="needs the train extra")
    from pipelines.train_encoder import contrast

    rows = torch.nn.functional.normalize(torch.tensor([[1.0, 0.0], [0.9, 0.4], [0.8, 0.6], [0.0, 1.0]]))
    strict = torch.eye(4)
    lenient = torch.nn.functional.normalize(torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.5, 0.5], [0.0, 1.0]]))

    assert contrast(rows, lenient, 0.05) < contrast(rows, strict, 0.05)


@trains
def test_an_adapter_comes_back_from_its_folder_in_half_precision(tmp_path: Path, tiny: Path) -> None:
    adapter = random_adapter(tiny, linear_names(tiny))

    write_adapter(tmp_path / "adapter", adapter, {})

    again = load_adapter(tmp_path / "adapter")
    assert again.base == adapter.base
    for name, part in adapter.parts.items():
        np.testing.assert_allclose(again.parts[name].down, part.down, rtol=1e-3, atol=1e-6)


@trains
def test_an_adapter_of_other_weights_is_refused(tmp_path: Path, tiny: Path) -> None:
    adapter = random_adapter(tiny, linear_names(tiny))

    with pytest.raises(ModelError, match="learned on other weights"):
        merge(load_source(str(tiny)), replace(adapter, base="0" * 64))
    with pytest.raises(ModelError, match="learned on another base"):
        merge(load_source(str(write_tiny(tmp_path, "mpnet"))), adapter)


def test_a_folder_that_is_no_adapter_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"kind": "hashing"}')

    with pytest.raises(ModelError, match="not an adapter"):
        load_adapter(tmp_path)


@trains
def test_what_is_exported_with_an_adapter_is_the_merged_model(tmp_path: Path, tiny: Path) -> None:
    adapter = random_adapter(tiny, linear_names(tiny))
    write_adapter(tmp_path / "adapter", adapter, {})
    export(str(tiny), tmp_path / "out", adapter=tmp_path / "adapter", precision="fp32", say=lambda _: None)

    served = load_encoder(tmp_path / "out", threads=1).encode(TEXTS)

    merged = merge(load_source(str(tiny)), load_adapter(tmp_path / "adapter")).encode(TEXTS)
    np.testing.assert_allclose(served, merged, atol=1e-4)
    assert np.abs(served - load_source(str(tiny)).encode(TEXTS)).max() > 0.01


def test_without_shared_data_there_is_enough_to_learn_from() -> None:
    params = section("encoder", EncoderParams)

    batches = plan(own_sources(params.taxonomy), params.mix, params.style, params.seed)

    assert {batch.source for batch in batches} == {"titles", "skills", "skill_lists"}
    assert all(len(batch.ones) > 50 for batch in batches)


def test_the_plan_is_the_same_for_a_seed_and_another_for_another() -> None:
    sources, mix = own_sources(section("encoder", EncoderParams).taxonomy), {"titles": Mix(400, 50, 16)}
    style = Style(near=0.3, plural=0.5, title_case=0.5)

    assert plan(sources, mix, style, 1) == plan(sources, mix, style, 1)
    assert plan(sources, mix, style, 1) != plan(sources, mix, style, 2)
