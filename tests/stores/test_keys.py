"""Sealing: it opens for the right key and the right words only, and any damage is noticed."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from core.errors import StoreError
from core.settings import Settings
from stores.keys import MasterKeyring, open_keyring, seal, unseal
from tests import make

KEY = make.data_key()
ROOT = Path(__file__).parents[2]
OPENER = """
import sys
from pathlib import Path
from core.settings import Settings
from stores.keys import open_keyring

sys.stdin.readline()
print(open_keyring(Settings(var=Path(sys.argv[1]))).master.plain.hex())
"""


@pytest.fixture
def keyring() -> MasterKeyring:
    return MasterKeyring(make.data_key(99))


@given(st.binary(max_size=300), st.text(max_size=30))
def test_what_was_sealed_opens_again_under_the_same_words(content: bytes, words: str) -> None:
    assert unseal(KEY, seal(KEY, content, words), words) == content


def test_sealing_twice_gives_different_bytes() -> None:
    assert seal(KEY, b"a CV", "words") != seal(KEY, b"a CV", "words")


def test_no_flipped_bit_goes_unnoticed() -> None:
    sealed = seal(KEY, b"Ada", "words")

    for bit in range(len(sealed) * 8):
        damaged = bytearray(sealed)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(StoreError):
            unseal(KEY, bytes(damaged), "words")


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27])
def test_bytes_cut_short_do_not_open(length: int) -> None:
    with pytest.raises(StoreError):
        unseal(KEY, seal(KEY, b"Ada", "words")[:length], "words")


def test_sealed_bytes_do_not_open_under_other_words_or_another_key() -> None:
    sealed = seal(KEY, b"Ada", "candidate|cnd_1")

    with pytest.raises(StoreError, match="cnd_2"):
        unseal(KEY, sealed, "candidate|cnd_2")
    with pytest.raises(StoreError, match="another key, or damaged"):
        unseal(make.data_key(1), sealed, "candidate|cnd_1")


def test_a_data_key_opens_for_its_owner_only(keyring: MasterKeyring) -> None:
    ada, bob = make.candidate_id(), make.candidate_id()
    key = keyring.new(ada)

    assert keyring.unwrap(key.wrapped, ada) == key
    with pytest.raises(StoreError):
        keyring.unwrap(key.wrapped, bob)
    with pytest.raises(StoreError):
        MasterKeyring(make.data_key(98)).unwrap(key.wrapped, ada)


def test_every_owner_gets_a_key_of_its_own_and_the_wrapped_one_hides_it(keyring: MasterKeyring) -> None:
    ada = make.candidate_id()
    one, other = keyring.new(ada), keyring.new(ada)

    assert one.plain != other.plain
    assert one.plain not in one.wrapped


def test_a_key_shows_itself_in_no_representation(keyring: MasterKeyring) -> None:
    key = keyring.new(make.candidate_id())

    for shown in (repr(key), repr(keyring), str(Settings(master_key=SecretStr("c2VjcmV0")))):
        assert repr(key.plain)[2:-1] not in shown
        assert repr(keyring.master.plain)[2:-1] not in shown
        assert "c2VjcmV0" not in shown


def test_the_key_file_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path / "var")

    first, second = open_keyring(settings), open_keyring(settings)

    assert first.master.plain == second.master.plain
    assert stat.S_IMODE((tmp_path / "var" / "master.key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["master.key"]


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(tmp_path)],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name != "MATCHGRAPH_MASTER_KEY"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for opener in openers:  # all wait for a line: they make the file at the same moment
        assert opener.stdin is not None
        opener.stdin.write("go\n")
        opener.stdin.flush()

    keys = {opener.communicate()[0].strip() for opener in openers}

    assert len(keys) == 1
    assert len(keys.pop()) == 64


def test_the_variable_goes_before_the_file(tmp_path: Path) -> None:
    plain = os.urandom(32)

    keyring = open_keyring(Settings(var=tmp_path, master_key=SecretStr(base64.b64encode(plain).decode())))

    assert keyring.master.plain == plain
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("value", ["short", base64.b64encode(b"x" * 31).decode(), "not base64 at all!", "é" * 44])
def test_a_master_key_that_is_none_says_how_to_make_one(tmp_path: Path, value: str) -> None:
    with pytest.raises(ValueError, match=r"MATCHGRAPH_MASTER_KEY.*openssl rand -base64 32") as refused:
        open_keyring(Settings(var=tmp_path, master_key=SecretStr(value)))

    assert value not in str(refused.value)
