"""`python -m serve.run`: the graph on this machine, on loopback, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import ray
from ray import serve as ray_serve
from ray.serve.config import HTTPOptions
from ray.serve.schema import LoggingConfig

from core.errors import CoreError, StoreError
from core.settings import Settings
from serve.app import NAME, Arguments, build

OBJECT_STORE_BYTES = 200_000_000  # what is in flight between replicas: a shortlist is about 3 MB
LOGICAL_CPUS = 4  # shares of two cores: replicas wait more than they compute


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m serve.run", description=__doc__)
    parser.add_argument("--composition", choices=["graph", "compact"], default="graph")
    parser.add_argument("--models", type=Path, help="JSON with a pinned name/number for each part")
    arguments = parser.parse_args()
    settings = Settings()
    try:
        models = pins(arguments.models or settings.var / "models.json")
        with running(settings, Arguments(composition=arguments.composition, models=models)):
            print(f"API docs  http://{settings.host}:{settings.port}/docs", flush=True)
            print(f"Ray       http://{settings.host}:{settings.dashboard_port}/#/serve", flush=True)
            wait()
    except (CoreError, ValueError) as error:
        sys.exit(f"matchgraph: {error}")


def pins(file: Path) -> dict[str, str]:
    """The pinned versions in a file that `python -m pipelines.bootstrap` wrote."""
    try:
        models: dict[str, str] = json.loads(file.read_text())
    except (OSError, ValueError):
        raise StoreError(f"no pinned models in {file}: run `make models` first") from None
    return models


@contextmanager
def running(settings: Settings, arguments: Arguments) -> Iterator[None]:
    """A local Ray with the application on it; both are gone afterwards. Raises `StoreError` for a taken port."""
    for name, port in (("MATCHGRAPH_PORT", settings.port), ("MATCHGRAPH_DASHBOARD_PORT", settings.dashboard_port)):
        _must_be_free(settings.host, port, name)
    os.environ["MATCHGRAPH_VAR"] = str(settings.var)  # replicas may run in another folder
    ray.init(
        address="local",
        num_cpus=LOGICAL_CPUS,
        object_store_memory=OBJECT_STORE_BYTES,
        include_dashboard=True,
        dashboard_host=settings.host,
        dashboard_port=settings.dashboard_port,
        logging_level=logging.ERROR,
        log_to_driver=False,
        _node_ip_address="127.0.0.1",
    )
    try:
        ray_serve.start(
            http_options=HTTPOptions(host=settings.host, port=settings.port),
            logging_config=LoggingConfig(log_level="ERROR", enable_access_log=False),
        )
        ray_serve.run(build(arguments), name=NAME, route_prefix="/")
        yield
    finally:
        ray_serve.shutdown()
        ray.shutdown()  # type: ignore[no-untyped-call]


def replicas() -> Mapping[str, str]:
    """Each deployment's state, as the dashboard shows it."""
    application = ray_serve.status().applications[NAME]
    return {name: one.status.value for name, one in application.deployments.items()}


def wait() -> None:
    """Until Ctrl-C or a polite kill."""
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    done.wait()


def _must_be_free(host: str, port: int, name: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise StoreError(f"port {port} is taken: stop what listens there, or set {name} to another") from None


if __name__ == "__main__":
    main()
