"""The parsing replica: files and texts to facts. Files are hostile: each is read in a process of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from core.domain import Kind, ModelVersion
from core.parts import Reading
from models.reading import Reader, load_reader
from serve.replica import Loaded, ModelReplica
from serve.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Parser:
    """The reader in this process for texts, and its sandbox for files."""

    reader: Reader
    sandbox: Sandbox


class ParsingReplica(ModelReplica[Parser]):
    def load(self, folder: Path, version: ModelVersion) -> Parser:
        del version
        reader, sandbox = load_reader(folder, phrases=True), Sandbox(folder, self.settings)
        sandbox.start()
        return Parser(reader, sandbox)

    async def release(self, model: Parser) -> None:
        await model.sandbox.close()

    async def file(self, version: ModelVersion, content: bytes, file_name: str, kind: Kind) -> Reading:
        loaded = await self.at(version)
        return _stamped(loaded, await loaded.model.sandbox.file(content, file_name, kind))

    async def text(self, version: ModelVersion, text: str, kind: Kind) -> Reading:
        loaded = await self.at(version)
        reading = await asyncio.get_running_loop().run_in_executor(self._threads, loaded.model.reader.text, text, kind)
        return _stamped(loaded, reading)


def _stamped(parser: Loaded[Parser], reading: Reading) -> Reading:
    return replace(reading, version=parser.version)
