"""Every knob, once: where things are (the URL's scheme chooses) and what the limits are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _below(scheme: str, name: str) -> Callable[[dict[str, Any]], str]:
    """The default of a place that lies under `var`."""
    return lambda given: f"{scheme}{given['var'] / name}"


class Settings(BaseSettings):
    """Read from `MATCHGRAPH_*` variables. Replicas build their own, so no secret travels through `bind()`."""

    model_config = SettingsConfigDict(env_prefix="MATCHGRAPH_", frozen=True)

    var: Annotated[Path, AfterValidator(Path.absolute)] = Field(
        Path("var"),
        description="Folder of everything the embedded defaults keep; they all follow it.",
        validate_default=True,
    )
    database_url: str = Field(
        default_factory=_below("embedded:", "postgres"), description="`embedded:FOLDER` or `postgresql+psycopg://…`."
    )
    owner_database_url: str = Field("", description="Who may migrate; empty: the embedded owner, or `database_url`.")
    vectors_url: str = Field(
        default_factory=_below("edge:", "vectors"), description="`edge:FOLDER`, `memory:` or `http(s)://qdrant:6333`."
    )
    vectors_api_key: SecretStr = Field(SecretStr(""), description="The Qdrant server's key.")
    blobs_url: str = Field(
        default_factory=_below("file:", "blobs"), description="`file:FOLDER` or `s3://bucket/prefix`."
    )
    blobs_endpoint: str = Field("", description="S3 endpoint when it is not the cloud's own.")
    registry_url: str = Field(
        default_factory=_below("sqlite:///", "mlflow.db"), description="MLflow's tracking and registry URI."
    )
    models: Path = Field(
        default_factory=lambda given: given["var"] / "models",
        description="Folder where fetched model versions are cached.",
    )
    master_key: SecretStr = Field(
        SecretStr(""), description="32 bytes in base64 that wrap the data keys; empty: a file under `var`."
    )

    host: str = Field("127.0.0.1", description="Where HTTP listens.")
    port: int = Field(8000, description="Port of the API.")
    dashboard_port: int = Field(8265, description="Port of the Ray dashboard.")
    workers: int = Field(2, description="Tasks done at once by one ingress replica; 0: none.")
    threads: int = Field(2, description="Threads of one model replica.")

    filling_calls: int = Field(
        4, description="Encoders asked at once while a collection is filled; more replicas, more."
    )

    max_upload_bytes: int = Field(10_000_000, description="Largest file taken in.")
    max_unpacked_bytes: int = Field(100_000_000, description="Largest total of an unpacked file.")
    max_pages: int = Field(100, description="Most pages read.")
    parse_cpu_s: float = Field(5.0, description="CPU seconds one file may cost.")
    parse_memory_bytes: int = Field(1_073_741_824, description="Memory one file may cost.")
    max_attempts: int = Field(5, description="Tries before a task is parked.")
    shortlist: int = Field(200, description="How many are retrieved before ranking.")
    survivors: int = Field(50, description="How many the ranking keeps for scoring.")
