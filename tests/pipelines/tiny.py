"""Tiny random encoders, saved as people save theirs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipelines.export import PROBE

os.environ.setdefault("HF_HUB_OFFLINE", "1")
trains = pytest.mark.skipif("not __import__('importlib').util.find_spec('torch')", reason="needs the train extra")
SIZES: Mapping[str, Mapping[str, int]] = {
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64},
}
USUAL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}


def write_tiny(folder: Path, family: str) -> Path:
    """A random sentence-transformers model with a dense layer behind its pooling, saved as people save theirs."""
    import sentence_transformers.models as modules
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import AutoConfig, AutoModel, PreTrainedTokenizerFast

    torch.manual_seed(5)
    special = ["<pad>", "<unk>", "<s>", "</s>", "<mask>"]
    characters = sorted(set("".join(PROBE).lower()) | set("abcdefghijklmnopqrstuvwxyz0123456789.,;:&()-/+%$'"))
    vocabulary = {piece: at for at, piece in enumerate([*special, *characters])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, "<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=[("<s>", 2), ("</s>", 3)])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>",
        cls_token="<s>", sep_token="</s>", mask_token="<mask>", model_max_length=64,
    )  # fmt: skip
    config = AutoConfig.for_model(
        family, vocab_size=len(vocabulary), max_position_embeddings=80, pad_token_id=0, **SIZES.get(family, USUAL)
    )
    inner = folder / "inner"
    AutoModel.from_config(config).save_pretrained(inner)
    fast.save_pretrained(inner)
    transformer = modules.Transformer(str(inner), max_seq_length=64)
    pooling = modules.Pooling(32, "mean")
    dense = modules.Dense(32, 24, activation_function=torch.nn.Tanh())
    whole = SentenceTransformer(modules=[transformer, pooling, dense], device="cpu")
    whole.save(str(folder / family))
    return folder / family
