"""The contract of the blobs, in a folder and behind a real HTTP S3 API."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from moto.server import ThreadedMotoServer

from core.domain import TenantId
from core.errors import NotFound, StoreError
from core.settings import Settings
from stores.blobs import FolderObjects, Objects, SealedBlobs, open_blobs
from stores.keys import MasterKeyring, seal
from tests import make
from tests.make import ACME, GLOBEX

CV = b"Ada Example, Python developer since 2018"
KEY = make.data_key()
ADA = make.candidate_id()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A bucket of its own, below a prefix."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "anyone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "anything")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = f"bucket-{secrets.token_hex(8)}"
    settings = Settings(blobs_url=f"s3://{bucket}/some/prefix", blobs_endpoint=endpoint)
    objects = cast("SealedBlobs", open_blobs(settings)).objects
    objects.client.create_bucket(Bucket=bucket)  # type: ignore[attr-defined]
    return settings


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> SealedBlobs:
    settings = (
        Settings(blobs_url=f"file:{tmp_path}/blobs") if request.param == "folder" else request.getfixturevalue("s3")
    )
    return cast("SealedBlobs", open_blobs(settings))


@pytest.fixture
def objects(blobs: SealedBlobs) -> Objects:
    """What lies there, as someone who took the disk would see it."""
    return blobs.objects


async def test_what_was_put_comes_back(blobs: SealedBlobs) -> None:
    for content in (CV, b"", bytes(range(256)) * 40_000):
        address = await blobs.put(ACME, ADA, content, KEY)

        assert await blobs.get(address, KEY) == content


async def test_the_address_names_tenant_owner_and_content(blobs: SealedBlobs) -> None:
    address = await blobs.put(ACME, ADA, CV, KEY)

    assert address == f"{ACME}/{ADA}/{hashlib.sha256(CV).hexdigest()}"


async def test_nothing_readable_is_stored(blobs: SealedBlobs, objects: Objects) -> None:
    address = await blobs.put(ACME, ADA, CV * 100, KEY)

    stored = objects.read(address)

    assert b"Ada" not in stored
    assert len(stored) == len(CV * 100) + 12 + 16  # nonce and tag


async def test_putting_the_same_again_changes_nothing(blobs: SealedBlobs, objects: Objects) -> None:
    address = await blobs.put(ACME, ADA, CV, KEY)
    before = objects.read(address)

    assert await blobs.put(ACME, ADA, CV, KEY) == address

    assert objects.read(address) == before


async def test_without_its_key_a_file_is_noise(blobs: SealedBlobs) -> None:
    """Erasing a candidate destroys the key: a new key of the same owner does not open old bytes."""
    keyring = MasterKeyring(make.data_key(7))
    address = await blobs.put(ACME, ADA, CV, keyring.new(ADA))

    with pytest.raises(StoreError, match="do not open"):
        await blobs.get(address, keyring.new(ADA))


async def test_a_flipped_bit_is_noticed_wherever_it_is(blobs: SealedBlobs, objects: Objects) -> None:
    address = await blobs.put(ACME, ADA, CV, KEY)
    sealed = objects.read(address)

    for position in (0, 11, 12, len(sealed) // 2, len(sealed) - 1):
        damaged = bytearray(sealed)
        damaged[position] ^= 1
        objects.write(address, bytes(damaged))
        with pytest.raises(StoreError, match="do not open"):
            await blobs.get(address, KEY)


@pytest.mark.parametrize("kept", [0, 5, 20])
async def test_a_file_cut_short_is_noticed(blobs: SealedBlobs, objects: Objects, kept: int) -> None:
    address = await blobs.put(ACME, ADA, CV, KEY)
    objects.write(address, objects.read(address)[:kept])

    with pytest.raises(StoreError):
        await blobs.get(address, KEY)


async def test_files_that_were_swapped_are_noticed_even_under_one_key(blobs: SealedBlobs, objects: Objects) -> None:
    one = await blobs.put(ACME, ADA, CV, KEY)
    other = await blobs.put(ACME, ADA, b"another CV", KEY)
    tenants = await blobs.put(GLOBEX, ADA, CV, KEY)

    for moved in (other, tenants):
        objects.write(one, objects.read(moved))
        with pytest.raises(StoreError, match="do not open"):
            await blobs.get(one, KEY)


async def test_deleting_an_owner_takes_all_its_files_and_no_others(blobs: SealedBlobs) -> None:
    bob, longer = make.candidate_id(), type(ADA)(f"{ADA}0")
    own = [await blobs.put(ACME, ADA, content, KEY) for content in (b"first", b"second", b"third")]
    others = [
        await blobs.put(ACME, bob, CV, KEY),
        await blobs.put(GLOBEX, ADA, CV, KEY),
        await blobs.put(ACME, longer, CV, KEY),  # its name begins with Ada's
    ]

    assert await blobs.delete_owner(ACME, ADA) == 3

    for address in own:
        with pytest.raises(NotFound):
            await blobs.get(address, KEY)
    assert [await blobs.get(address, KEY) for address in others] == [CV] * 3
    assert await blobs.delete_owner(ACME, ADA) == 0


async def test_deleting_takes_more_than_a_page_of_files(s3: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "10")  # instead of S3's thousand
    blobs = cast("SealedBlobs", open_blobs(s3))
    for n in range(25):
        blobs.objects.write(f"{ACME}/{ADA}/{n}", b"")

    assert await blobs.delete_owner(ACME, ADA) == 25

    assert await blobs.delete_owner(ACME, ADA) == 0


async def test_the_same_file_put_by_many_at_once_is_whole(blobs: SealedBlobs) -> None:
    content = CV * 50_000
    addresses = await asyncio.gather(*(blobs.put(ACME, ADA, content, KEY) for _ in range(8)))

    assert len(set(addresses)) == 1

    assert await blobs.get(addresses[0], KEY) == content


async def test_an_address_that_names_nothing_is_not_found(blobs: SealedBlobs) -> None:
    with pytest.raises(NotFound, match="no blob"):
        await blobs.get(f"{ACME}/{ADA}/{'0' * 64}", KEY)


async def test_content_that_is_not_what_its_address_says_is_refused(blobs: SealedBlobs, objects: Objects) -> None:
    address = f"{ACME}/{ADA}/{hashlib.sha256(b'other').hexdigest()}"
    objects.write(address, seal(KEY, CV, address))

    with pytest.raises(StoreError, match="not what its address says"):
        await blobs.get(address, KEY)


@pytest.mark.parametrize("address", ["../outside", "tnt/../../outside", "/etc/passwd"])
async def test_no_address_leaves_the_folder(tmp_path: Path, address: str) -> None:
    (tmp_path / "outside").write_bytes(b"not yours")
    blobs = SealedBlobs(FolderObjects(tmp_path / "blobs"))

    with pytest.raises(StoreError, match="leaves its folder"):
        await blobs.get(address, KEY)
    with pytest.raises(StoreError, match="leaves its folder"):
        await blobs.delete_owner(TenantId(".."), ADA)


async def test_a_folder_leaves_no_drafts_behind(tmp_path: Path) -> None:
    blobs = SealedBlobs(FolderObjects(tmp_path))
    address = await blobs.put(ACME, ADA, CV, KEY)

    assert [file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()] == [address]


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    blobs = SealedBlobs(FolderObjects(tmp_path / "file"))

    with pytest.raises(StoreError, match="blob folder"):
        await blobs.put(ACME, ADA, CV, KEY)


async def test_a_bucket_that_is_not_there_is_named(s3: Settings) -> None:
    blobs = open_blobs(s3.model_copy(update={"blobs_url": "s3://no-such-bucket-here"}))

    with pytest.raises(StoreError, match="S3 bucket no-such-bucket-here"):
        await blobs.put(ACME, ADA, CV, KEY)


async def test_an_endpoint_that_is_not_there_is_a_store_error(s3: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    blobs = open_blobs(s3.model_copy(update={"blobs_endpoint": f"http://127.0.0.1:{port}"}))

    with pytest.raises(StoreError, match="S3 bucket"):
        await blobs.put(ACME, ADA, CV, KEY)


@pytest.mark.parametrize("url", ["ftp://host/x", "", "var/blobs"])
def test_an_unknown_url_names_the_variable_and_the_choices(url: str) -> None:
    with pytest.raises(ValueError, match=r"MATCHGRAPH_BLOBS_URL.*'file' nor 's3'"):
        open_blobs(Settings(blobs_url=url))
