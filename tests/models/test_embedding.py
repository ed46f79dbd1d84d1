"""Laws of encoders, on the hashing encoder and on a miniature OpenVINO model that is built here."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from core.domain import Matrix
from core.errors import ModelError
from models.embedding import (
    BATCH_TEXTS,
    BATCH_TOKENS,
    LEAST_SHARE,
    LENGTHS,
    Encoder,
    HashingEncoder,
    TransformerEncoder,
    batches,
    load_encoder,
    padded,
)
from models.embedding_runtimes import Ids
from models.folders import write_model

WORDS = ["nurse", "ward", "night", "python", "developer", "backend", "truck"]
WORDS += ["driver", "licence", "teacher", "maths", "school", "welder", "cook"]
DIMENSION, MAX_LENGTH = 8, 32
CVS = [
    "nurse",
    "python developer backend python",
    " ".join(WORDS * 2),
    "Ärztin 看護師 🩺 nurse",
    "truck driver licence",
    "night ward nurse",
]


def tokenizer() -> Tokenizer:
    made = Tokenizer(models.WordLevel({word: at for at, word in enumerate(["[PAD]", "[UNK]", *WORDS])}, "[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


def write_miniature(folder: Path, **changes: object) -> Path:
    """An encoder of embeddings and a masked mean, as `pipelines.export` would lay it down."""
    import openvino as ov
    from openvino import opset13 as op

    folder.mkdir()
    table = np.random.default_rng(3).normal(size=(len(WORDS) + 2, DIMENSION)).astype(np.float32)
    ids = op.parameter([-1, -1], np.int64, name="input_ids")
    mask = op.parameter([-1, -1], np.int64, name="attention_mask")
    weight = op.unsqueeze(op.convert(mask, "f32"), op.constant(2))
    vectors = op.gather(op.constant(table), ids, op.constant(0))
    total = op.reduce_sum(op.multiply(vectors, weight), op.constant(1))
    mean = op.divide(total, op.reduce_sum(weight, op.constant(1)))
    for node, name in ((ids, "input_ids"), (mask, "attention_mask")):
        node.output(0).get_tensor().set_names({name})
    ov.save_model(ov.Model([mean], [ids, mask]), folder / "model.xml", compress_to_fp16=False)
    model = {
        "kind": "openvino",
        "precision": "fp32",
        "dimension": DIMENSION,
        "max_length": MAX_LENGTH,
        "pad_id": 0,
        **changes,
    }
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_model(folder, model, {**files, "tokenizer.json": tokenizer().to_str().encode()})
    return folder


@pytest.fixture(scope="module")
def miniature(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_miniature(tmp_path_factory.mktemp("models") / "miniature")


@pytest.fixture(params=["hashing", 1, 2])
def encoder(request: pytest.FixtureRequest, miniature: Path) -> Encoder:
    """By hashing, or a model of so many threads."""
    return HashingEncoder(64) if request.param == "hashing" else load_encoder(miniature, threads=request.param)


def test_every_row_has_unit_length(encoder: Encoder) -> None:
    rows = encoder.encode(CVS)

    assert rows.shape == (len(CVS), encoder.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)


def test_a_row_does_not_depend_on_the_other_texts(encoder: Encoder) -> None:
    alone = np.vstack([encoder.encode([text]) for text in CVS])

    together = encoder.encode(CVS)

    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_rows_come_in_the_order_of_the_texts(encoder: Encoder) -> None:
    rows = encoder.encode(CVS * 9)

    backwards = encoder.encode((CVS * 9)[::-1])

    np.testing.assert_allclose(backwards[::-1], rows, atol=1e-5)


def test_a_repeated_text_gives_the_same_row(encoder: Encoder) -> None:
    rows = encoder.encode([CVS[0], CVS[1], CVS[0]])

    np.testing.assert_array_equal(rows[0], rows[2])


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_an_empty_text_gives_a_zero_row_and_moves_no_other(encoder: Encoder, text: str) -> None:
    rows = encoder.encode([CVS[0], text, CVS[1]])

    assert not rows[1].any()
    np.testing.assert_allclose(rows[[0, 2]], encoder.encode(CVS[:2]), atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_several_threads_get_the_rows_that_one_would(encoder: Encoder) -> None:
    expected = encoder.encode(CVS)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(encoder.encode, [CVS] * 40))

    for rows in answers:
        np.testing.assert_allclose(rows, expected, atol=1e-5)


def test_a_very_long_text_is_cut_where_the_model_ends(miniature: Path) -> None:
    encoder = load_encoder(miniature, threads=1)
    beginning = " ".join((WORDS * 3)[:MAX_LENGTH])

    rows = encoder.encode([beginning, beginning + " welder" * 100_000])

    np.testing.assert_allclose(rows[1], rows[0], atol=1e-6)


def test_a_repeated_text_is_computed_once() -> None:
    computed: list[int] = []

    def run(ids: Ids, mask: Ids) -> Matrix:
        del mask
        computed.append(len(ids))
        return np.ones((len(ids), DIMENSION), np.float32)

    TransformerEncoder(tokenizer(), run, DIMENSION, MAX_LENGTH, pad_id=0).encode(["nurse", "cook", "nurse", "nurse"])

    assert sum(computed) == 2


def test_the_prompt_of_the_source_model_stands_before_every_text(tmp_path: Path) -> None:
    plain = load_encoder(write_miniature(tmp_path / "plain"), threads=1)
    prompted = load_encoder(write_miniature(tmp_path / "prompted", prompt="night "), threads=1)

    np.testing.assert_allclose(prompted.encode(["nurse"]), plain.encode(["night nurse"]), atol=1e-6)


def test_a_vector_without_direction_is_an_error_and_not_a_match() -> None:
    def run(ids: Ids, mask: Ids) -> Matrix:
        del mask
        return np.full((len(ids), DIMENSION), np.nan, np.float32)

    encoder = TransformerEncoder(tokenizer(), run, DIMENSION, MAX_LENGTH, pad_id=0)

    with pytest.raises(ModelError, match="without direction"):
        encoder.encode(["nurse"])


@given(st.lists(st.integers(1, 5000), max_size=200))
def test_batches_hold_every_text_once_within_both_budgets(lengths: list[int]) -> None:
    made = [batch.tolist() for batch in batches(lengths)]

    assert sorted(index for batch in made for index in batch) == list(range(len(lengths)))
    for batch in made:
        ids, _ = padded([[1] * lengths[index] for index in batch], pad_id=0, most=5000)
        assert len(batch) == 1 or (len(batch) <= BATCH_TEXTS and ids.size <= BATCH_TOKENS)


@given(st.lists(st.integers(1, 300), max_size=200))
def test_texts_share_a_batch_with_those_of_like_length(lengths: list[int]) -> None:
    made = [[lengths[index] for index in batch] for batch in batches(lengths)]

    assert [length for batch in made for length in batch] == sorted(lengths, reverse=True)
    assert all(min(batch) >= LEAST_SHARE * max(batch) for batch in made)


@given(st.lists(st.integers(1, LENGTHS[-1]), min_size=1, max_size=200))
def test_batches_come_in_few_shapes_for_a_runtime_keeps_kernels_of_each(lengths: list[int]) -> None:
    for batch in batches(lengths):
        texts = [[7] * lengths[index] for index in batch]
        ids, mask = padded(texts, pad_id=0, most=LENGTHS[-1])

        assert ids.shape[0] in (1, 2, 4, BATCH_TEXTS)
        assert ids.shape[1] in LENGTHS
        assert [row.sum() for row in mask] == [len(text) for text in texts]


def test_no_batch_is_padded_beyond_what_the_model_reads() -> None:
    assert padded([[1] * 300], pad_id=0, most=300)[0].shape == (1, 300)
    assert padded([[1] * 300], pad_id=0, most=512)[0].shape == (1, 384)
    assert padded([[1] * 20], pad_id=0, most=24)[0].shape == (1, 24)


def test_the_order_of_words_does_not_matter_to_hashing() -> None:
    a, b = HashingEncoder().encode(["senior python developer", "Developer, Python: senior"])

    np.testing.assert_allclose(a, b, atol=1e-6)


def test_hashing_finds_a_misspelt_word_nearer_than_another_word() -> None:
    meant, misspelt, other = HashingEncoder().encode(["kubernetes", "kubernets", "accountant"])

    assert meant @ misspelt > 0.3 > meant @ other


def test_hashing_a_text_without_words_gives_a_zero_row() -> None:
    assert not HashingEncoder().encode(["and the 2019 ..."]).any()


def test_hashing_is_the_same_in_every_process() -> None:
    code = (
        "from models.embedding import HashingEncoder; print(HashingEncoder().encode(['night nurse']).tobytes().hex())"
    )

    elsewhere = _python(code)

    assert elsewhere == HashingEncoder().encode(["night nurse"]).tobytes().hex()


def test_a_hashing_version_needs_no_files(tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "hashing", "dimension": 32}, {})

    assert load_encoder(tmp_path, threads=1).dimension == 32


def test_serving_imports_no_torch(miniature: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from models.embedding import load_encoder;"
        f"load_encoder(Path({str(miniature)!r}), threads=1).encode(['night nurse', 'cook']);"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'nncf'} & set(sys.modules)))"
    )

    assert _python(code) == "[]"


def test_a_kind_that_nobody_knows_is_named(tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "telepathy"}, {})

    with pytest.raises(ModelError, match="'telepathy' is none of hashing, onnx, openvino"):
        load_encoder(tmp_path, threads=1)


@pytest.mark.parametrize("missing", ["dimension", "max_length", "pad_id", "precision"])
def test_a_description_that_lacks_something_says_what(tmp_path: Path, missing: str) -> None:
    folder = write_miniature(tmp_path / "miniature")
    model = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({key: model[key] for key in model if key != missing}))

    with pytest.raises(ModelError, match=missing):
        load_encoder(folder, threads=1)


@pytest.mark.parametrize("name", ["model.xml", "model.bin", "tokenizer.json", "model.json"])
def test_a_file_that_is_gone_is_an_error(tmp_path: Path, name: str) -> None:
    folder = write_miniature(tmp_path / "miniature")
    (folder / name).unlink()

    with pytest.raises(ModelError, match="cannot be read"):
        load_encoder(folder, threads=1)


def test_a_file_that_was_changed_is_an_error(tmp_path: Path) -> None:
    folder = write_miniature(tmp_path / "miniature")
    (folder / "model.bin").write_bytes(bytes(64))

    with pytest.raises(ModelError, match=r"model\.bin is not the file that was registered"):
        load_encoder(folder, threads=1)


def test_a_graph_that_the_runtime_cannot_read_is_an_error(tmp_path: Path) -> None:
    model = json.loads((write_miniature(tmp_path / "whole") / "model.json").read_text())
    files = {"model.xml": b"<net/>", "tokenizer.json": tokenizer().to_str().encode()}
    write_model(tmp_path / "damaged", model, files)

    with pytest.raises(ModelError, match="the openvino runtime cannot load it"):
        load_encoder(tmp_path / "damaged", threads=1)


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
