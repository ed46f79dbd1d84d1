"""Files, sealed before they leave the process: a folder or S3. The address names tenant, owner and content."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.domain import OwnerId, TenantId
from core.errors import NotFound, StoreError
from core.ports import Blobs, DataKey
from core.settings import Settings
from stores.keys import seal, unseal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Objects(Protocol):
    """Plain named bytes; names use `/`. Blocking: called in a thread."""

    def has(self, name: str) -> bool: ...
    def write(self, name: str, content: bytes) -> None:
        """All of it or nothing, and durable when it returns."""

    def read(self, name: str) -> bytes: ...
    def delete_below(self, folder: str) -> int: ...


@dataclass(frozen=True, slots=True)
class SealedBlobs:
    """Seals on the way in, opens and checks on the way out."""

    objects: Objects

    async def put(self, tenant: TenantId, owner: OwnerId, content: bytes, key: DataKey) -> str:
        address = f"{tenant}/{owner}/{hashlib.sha256(content).hexdigest()}"
        if not await asyncio.to_thread(self.objects.has, address):
            await asyncio.to_thread(self.objects.write, address, seal(key, content, address))
        return address

    async def get(self, address: str, key: DataKey) -> bytes:
        content = unseal(key, await asyncio.to_thread(self.objects.read, address), address)
        if hashlib.sha256(content).hexdigest() != address.rpartition("/")[2]:
            raise StoreError(f"the content of blob {address} is not what its address says")
        return content

    async def delete_owner(self, tenant: TenantId, owner: OwnerId) -> int:
        return await asyncio.to_thread(self.objects.delete_below, f"{tenant}/{owner}")


@dataclass(frozen=True, slots=True)
class FolderObjects:
    """One file per object; written beside its place, flushed, then renamed into it."""

    root: Path

    def has(self, name: str) -> bool:
        return self._path(name).is_file()

    def write(self, name: str, content: bytes) -> None:
        path = self._path(name)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise StoreError(f"blob folder {self.root}: {error.strerror or error}") from None

    def read(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise NotFound(f"no blob {name}") from None

    def delete_below(self, folder: str) -> int:
        path = self._path(folder)
        count = sum(len(files) for _, _, files in os.walk(path))
        try:
            shutil.rmtree(path, onerror=_unless_gone)
        except OSError as error:
            raise StoreError(f"blob folder {self.root}: {error.strerror or error}") from None
        return count

    def _path(self, name: str) -> Path:
        """Raises `StoreError` for a name that leaves the root, or one folder of it for another."""
        path = (self.root / name).resolve()
        if ".." in Path(name).parts or not path.is_relative_to(self.root.resolve()):
            raise StoreError(f"blob name {name!r} leaves its folder")
        return path


@dataclass(frozen=True, slots=True)
class S3Objects:
    """Any server that speaks plain S3; credentials come from the environment, as boto3 finds them."""

    client: S3Client
    bucket: str
    prefix: str

    def has(self, name: str) -> bool:
        try:
            self.client.head_object(Bucket=self.bucket, Key=self.prefix + name)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise _broken(self.bucket, error) from None
        except BotoCoreError as error:
            raise _broken(self.bucket, error) from None
        return True

    def write(self, name: str, content: bytes) -> None:
        try:
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=content)
        except (ClientError, BotoCoreError) as error:
            raise _broken(self.bucket, error) from None

    def read(self, name: str) -> bytes:
        try:
            content: bytes = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            raise NotFound(f"no blob {name}") from None
        except (ClientError, BotoCoreError) as error:
            raise _broken(self.bucket, error) from None
        return content

    def delete_below(self, folder: str) -> int:
        count = 0
        try:
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=f"{self.prefix}{folder}/"
            )
            for page in pages:
                keys = [item["Key"] for item in page.get("Contents", [])]
                for key in keys:  # one by one: some servers lack the bulk call
                    self.client.delete_object(Bucket=self.bucket, Key=key)
                count += len(keys)
        except (ClientError, BotoCoreError) as error:
            raise _broken(self.bucket, error) from None
        return count


def open_blobs(settings: Settings) -> Blobs:
    """The store that `MATCHGRAPH_BLOBS_URL` names."""
    scheme, _, rest = settings.blobs_url.partition(":")
    match scheme:
        case "file":
            return SealedBlobs(FolderObjects(Path(rest)))
        case "s3":
            bucket, _, prefix = rest.removeprefix("//").partition("/")
            client = boto3.client(
                "s3",
                endpoint_url=settings.blobs_endpoint or None,
                config=Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5, read_timeout=30),
            )
            return SealedBlobs(S3Objects(client, bucket, f"{prefix.strip('/')}/" if prefix else ""))
        case _:
            raise ValueError(f"MATCHGRAPH_BLOBS_URL: {scheme!r} is neither 'file' nor 's3'")


def _unless_gone(_function: object, _path: str, failure: tuple[object, BaseException, object]) -> None:
    """Two may delete the same at once."""
    if not isinstance(failure[1], FileNotFoundError):
        raise failure[1]


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _broken(bucket: str, error: Exception) -> StoreError:
    return StoreError(f"S3 bucket {bucket}: {error}")
