"""Envelope encryption: one AES-256-GCM data key per owner, wrapped by the master key.

Destroying a wrapped key makes everything sealed with it noise, in backups too.
"""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.domain import OwnerId
from core.errors import StoreError
from core.ports import DataKey
from core.settings import Settings

KEY_BYTES = 32
NONCE_BYTES = 12  # random per message: 2^32 messages under one key stay far below the GCM bound (NIST SP 800-38D)


def seal(key: DataKey, plaintext: bytes, aad: str) -> bytes:
    """Nonce, ciphertext and tag. `aad` says what the bytes are; they open under the same words only."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key.plain).encrypt(nonce, plaintext, aad.encode())


def unseal(key: DataKey, sealed: bytes, aad: str) -> bytes:
    """The plain bytes. Raises `StoreError` when key, words or bytes are not those of `seal`."""
    try:
        return AESGCM(key.plain).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad.encode())
    except (InvalidTag, ValueError):
        raise StoreError(f"the sealed bytes of {aad!r} do not open: another key, or damaged") from None


@dataclass(frozen=True, slots=True)
class MasterKeyring:
    """Makes data keys and opens them again. Wrapping binds a data key to its owner."""

    master: DataKey

    def new(self, owner: OwnerId) -> DataKey:
        plain = secrets.token_bytes(KEY_BYTES)
        return DataKey(plain, seal(self.master, plain, f"data-key|{owner}"))

    def unwrap(self, wrapped: bytes, owner: OwnerId) -> DataKey:
        return DataKey(unseal(self.master, wrapped, f"data-key|{owner}"), wrapped)


def open_keyring(settings: Settings) -> MasterKeyring:
    """From `MATCHGRAPH_MASTER_KEY`, or from a file under `var` that is made once, readable by its owner only."""
    encoded = settings.master_key.get_secret_value() or _key_file(settings.var / "master.key")
    try:
        plain = base64.b64decode(encoded, validate=True)
    except ValueError:
        plain = b""
    if len(plain) != KEY_BYTES:
        raise ValueError("MATCHGRAPH_MASTER_KEY: not 32 bytes in base64; make one with `openssl rand -base64 32`")
    return MasterKeyring(DataKey(plain, b""))


def _key_file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
        file.flush()
        os.fsync(file.fileno())  # whatever is sealed from here on is lost without it
    try:
        path.hardlink_to(draft)  # the first process wins, the others read its key
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()
