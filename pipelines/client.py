"""A small HTTP client of the API, for the operator's commands."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

RETRIES = 5


@dataclass(frozen=True, slots=True)
class Client:
    """Retries what is overloaded or restarting; raises `SystemExit` with the API's own words for the rest."""

    http: httpx.Client

    @classmethod
    def of(cls, url: str, key: str, timeout_s: float = 60.0) -> Self:
        return cls(httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=timeout_s))

    def get(self, path: str) -> Any:
        return self._send("GET", path)

    def post(self, path: str, body: Any, retries: int = RETRIES) -> Any:
        return self._send("POST", path, retries, json=body)

    def start_import(self, kind: str, files: Sequence[tuple[str, Path]]) -> Any:
        """Sends files, each with its reference, as one bulk import."""
        parts = [("files", (path.name, path.read_bytes())) for _, path in files]
        return self._send(
            "POST", "/v1/imports", files=parts, data={"kind": kind, "references": [name for name, _ in files]}
        )

    def progress(self, id: str, poll_s: float = 0.3) -> Iterator[Any]:
        """The import as it goes, until every item is indexed, refused or parked."""
        while True:
            batch = self.get(f"/v1/imports/{id}")
            yield batch
            if batch["done"] == batch["total"]:
                return
            time.sleep(poll_s)

    def _send(self, method: str, path: str, retries: int = RETRIES, **content: Any) -> Any:
        for attempt in range(retries):
            try:
                answer = self.http.request(method, path, **content)
            except httpx.TransportError:
                if attempt == retries - 1:
                    sys.exit(f"no answer from {self.http.base_url}: start the service with `make serve`")
                time.sleep(0.5 * 2**attempt)
                continue
            if answer.status_code == 503 and attempt < retries - 1:
                time.sleep(float(answer.headers.get("Retry-After", "1")))
                continue
            if answer.is_error:
                sys.exit(f"{method} {path}: {_said(answer)}")
            return answer.json()
        return None


def _said(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
        return f"{problem['title']}: {problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return f"status {answer.status_code}"
