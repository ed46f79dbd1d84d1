"""The encoder while it learns: frozen below, thin additions to the linear modules of its last blocks.

What the frozen blocks give for a text is computed once and kept in half precision, with the base's vector of it: the
guide that tells which other texts of a batch are too close to count as unlike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.domain import Matrix
from core.errors import ModelError
from pipelines.export_adapter import Adapter, Part, fingerprint
from pipelines.export_source import Source

_ALIKE = 64  # texts of like length in one pass: padding costs as much as text
_TOKENS = 4096  # at most, in one pass without gradients

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """Of one text: what goes into the first block that learns [tokens, width], and the base's vector."""

    hidden: Any
    vector: Any


class Addition(torch.nn.Module):
    """A frozen linear module and what it learns: `up @ down`, which starts at zero (LoRA, Hu et al. 2021)."""

    def __init__(self, linear: Any, rank: int, generator: Any) -> None:
        super().__init__()
        self.linear = linear
        down = torch.randn(rank, linear.in_features, generator=generator) / linear.in_features**0.5
        self.down = torch.nn.Parameter(down.to(linear.weight.device))
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, rank, device=linear.weight.device))

    def forward(self, inputs: Any) -> Any:
        return self.linear(inputs) + (inputs @ self.down.T) @ self.up.T


class _Passed(torch.nn.Module):
    """Stands where a frozen block stood whose output is known."""

    def __init__(self, *, tupled: bool) -> None:
        super().__init__()
        self._tupled = tupled

    def forward(self, hidden: Any, *_: Any, **__: Any) -> Any:
        return (hidden,) if self._tupled else hidden


class Tower:
    """`layers` blocks learn, counted from the last. The source's modules are changed: load it again for other uses."""

    def __init__(self, source: Source, *, layers: int, rank: int, seed: int) -> None:
        self._source = source
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._model = source.transformer.to(self.device)
        for weight in self._model.parameters():
            weight.requires_grad = False
        self._blocks = _blocks(source)
        if not 0 < layers <= len(self._blocks):
            raise ModelError(f"{source.name} has {len(self._blocks)} blocks: {layers} of them cannot learn")
        self._first = len(self._blocks) - layers
        self._known: dict[Ids, _Known] = {}
        names = {id(module): name for name, module in self._model.named_modules()}
        learning = [module for block in self._blocks[self._first :] for module in block.modules()]
        self._names = [names[id(module)] for module in learning if isinstance(module, torch.nn.Linear)]
        self._base = fingerprint(source, self._names)
        self._additions: dict[str, Addition] = {}
        self._rank, self._seed = rank, seed
        self._given: Any = None

    def ids(self, texts: Sequence[str], tokens: int) -> list[Ids]:
        """Of each text as the model reads it: with the prompt, cut to `tokens`."""
        prompted = [self._source.prompt + text for text in texts]
        return [tuple(ids) for ids in self._model.tokenizer(prompted, truncation=True, max_length=tokens)["input_ids"]]

    def learn_of(self, texts: Iterable[Ids]) -> int:
        """Runs the base over texts, before the additions are made; how many distinct ones there are."""
        missing = sorted({ids for ids in texts if ids not in self._known}, key=lambda ids: (len(ids), ids))
        seen: list[Any] = []
        hook = self._blocks[self._first].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        with torch.no_grad():
            for some in _of_like_length(missing, _TOKENS):
                vectors = self._forward(some)
                hidden = seen.pop()
                for row, ids in enumerate(some):
                    self._known[ids] = _Known(hidden[row, : len(ids)].half().cpu(), vectors[row].cpu())
        hook.remove()
        return len(self._known)

    def start(self) -> list[Any]:
        """Makes the additions and drops the frozen blocks; gives what is to be learned."""
        tupled = isinstance(self._output_of(self._blocks[0]), tuple)
        for at in range(self._first):
            self._blocks[at] = _Passed(tupled=tupled)
        self._blocks[self._first].register_forward_pre_hook(lambda _, inputs: (self._given, *inputs[1:]))
        generator = torch.Generator().manual_seed(self._seed)
        for name in self._names:
            parent, _, last = name.rpartition(".")
            addition = Addition(self._model.get_submodule(name), self._rank, generator)
            setattr(self._model.get_submodule(parent), last, addition)
            self._additions[name] = addition
        return [weight for addition in self._additions.values() for weight in (addition.down, addition.up)]

    def encode(self, texts: Sequence[Ids]) -> Any:
        """Unit rows with gradients, in the order given. Texts must be known."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        rows = []
        for start in range(0, len(order), _ALIKE):
            some = [texts[at] for at in order[start : start + _ALIKE]]
            known = [self._known[ids].hidden for ids in some]
            self._given = torch.nn.utils.rnn.pad_sequence(known, batch_first=True).to(self.device).float()
            rows.append(self._forward(some))
        back = torch.tensor(np.argsort(order), device=self.device)
        return torch.nn.functional.normalize(torch.cat(rows)[back])

    def guide(self, texts: Sequence[Ids]) -> Any:
        """The base's unit rows."""
        return torch.nn.functional.normalize(torch.stack([self._known[ids].vector for ids in texts]).to(self.device))

    def adapter(self) -> Adapter:
        parts = {name: Part(_array(one.down), _array(one.up)) for name, one in self._additions.items()}
        return Adapter(parts, self._base)

    def _forward(self, texts: Sequence[Ids]) -> Any:
        pad = self._source.pad_id
        rows = [torch.tensor(ids) for ids in texts]
        ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad).to(self.device)
        lengths = torch.tensor([len(one) for one in texts], device=self.device)
        mask = (torch.arange(ids.shape[1], device=self.device)[None] < lengths[:, None]).long()
        return self._model({"input_ids": ids, "attention_mask": mask})["sentence_embedding"]

    def _output_of(self, block: Any) -> Any:
        seen: list[Any] = []
        hook = block.register_forward_hook(lambda _, __, output: seen.append(output))
        with torch.no_grad():
            self._forward([(self._source.pad_id + 1,) * 2])
        hook.remove()
        return seen[0]


def _blocks(source: Source) -> Any:
    """The encoder's stack of equal blocks: the longest list of modules in it."""
    lists = [module for module in source.transformer.modules() if isinstance(module, torch.nn.ModuleList)]
    if not lists:
        raise ModelError(f"{source.name}: no stack of blocks in it to adapt")
    return max(lists, key=len)


def _of_like_length(texts: Sequence[Ids], tokens: int) -> Iterator[Sequence[Ids]]:
    start = 0
    while start < len(texts):
        end = start + 1
        while end < len(texts) and (end + 1 - start) * len(texts[end]) <= tokens:
            end += 1
        yield texts[start:end]
        start = end


def _array(weight: Any) -> Matrix:
    values: Matrix = weight.detach().cpu().numpy()
    return values
