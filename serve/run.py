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
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ray
import yaml
from ray import serve as ray_serve
from ray.dashboard.modules.serve.sdk import ServeSubmissionClient
from ray.serve.config import HTTPOptions
from ray.serve.schema import ApplicationStatus

from core.errors import CoreError, ModelError, StoreError
from core.settings import Settings
from serve.loopback import check_loopback
from serve.worker_start import start_worker

NAME = "matchgraph"  # of the application, in every config
OBJECT_STORE_BYTES = 200_000_000  # what is in flight between replicas: a shortlist is about 3 MB
ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "deployments" / "serve" / "development.yaml"
MODEL_OF = {"parsing": "parser", "embedding": "embedder", "ranking": "ranker", "scoring": "scorer"}
DEPLOY_S = 300
LOGICAL_CPUS = 4  # shares of two cores: replicas wait more than they compute


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m serve.run", description=__doc__)
    parser.add_argument("--config", type=Path, default=CONFIG, help="a Serve config; default: %(default)s")
    parser.add_argument("--models", type=Path, help="JSON with a pinned name/number for each part")
    arguments = parser.parse_args()
    settings = Settings()
    try:
        models = pins(arguments.models or settings.var / "models.json")
        with running(settings, models, arguments.config):
            print(f"API docs  http://{settings.host}:{settings.port}/docs", flush=True)
            print(f"Ray       http://{settings.host}:{settings.dashboard_port}/#/serve", flush=True)
            print("          (`.venv/bin/ray get-auth-token` shows the token it asks for)", flush=True)
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
def running(settings: Settings, models: Mapping[str, str], config: Path = CONFIG) -> Iterator[None]:
    """A local Ray with the config's application on it; both go afterwards. Raises `StoreError` for a taken port."""
    for name, port in (("MATCHGRAPH_PORT", settings.port), ("MATCHGRAPH_DASHBOARD_PORT", settings.dashboard_port)):
        _must_be_free(settings.host, port, name)
    os.environ["MATCHGRAPH_VAR"] = str(settings.var)  # replicas may run in another folder
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # replicas have 40 threads each: more arenas cost 450 MB in all
    os.environ.setdefault("RAY_worker_niceness", "0")  # Ray's 15 is for batches: people wait for these replicas
    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    ray.init(
        address="local",
        num_cpus=LOGICAL_CPUS,
        object_store_memory=OBJECT_STORE_BYTES,
        include_dashboard=True,
        dashboard_host=settings.host,
        dashboard_port=settings.dashboard_port,
        logging_level=logging.ERROR,
        log_to_driver=False,
        runtime_env={"worker_process_setup_hook": start_worker},
    )
    check_loopback()
    try:
        ray_serve.start(http_options=HTTPOptions(host=settings.host, port=settings.port))
        deploy(settings, configured(settings, models, config))
        yield
        ray_serve.delete(NAME)  # replicas drain, stores close
    finally:
        ray.shutdown()


def configured(settings: Settings, models: Mapping[str, str], config: Path) -> dict[str, Any]:
    """The config file, with this machine's address and these versions."""
    loaded: dict[str, Any] = yaml.safe_load(config.read_text())
    loaded["http_options"] = {"host": settings.host, "port": settings.port}
    for deployment in loaded["applications"][0]["deployments"]:
        if deployment["name"] in MODEL_OF:
            deployment["user_config"] = {"model": models[MODEL_OF[deployment["name"]]]}
        else:
            deployment["user_config"] = {"models": dict(models)}
    return loaded


def deploy(settings: Settings, config: Mapping[str, Any]) -> None:
    """What `serve deploy` does: changed numbers and versions are taken over in place. Returns when all of it serves."""
    try:
        ServeSubmissionClient(f"http://{settings.host}:{settings.dashboard_port}").deploy_applications(dict(config))
    except RuntimeError as error:
        raise StoreError(f"Serve refuses the config: {_last_line(str(error))}") from None
    deadline = time.monotonic() + DEPLOY_S
    while time.monotonic() < deadline:
        time.sleep(0.2)  # at once, the state is still that of the config before
        application = ray_serve.status().applications.get(NAME)
        if application is not None and application.status == ApplicationStatus.RUNNING:
            return
        if application is not None and application.status == ApplicationStatus.DEPLOY_FAILED:
            raise ModelError(f"the graph does not start: {_last_line(application.message)}")
    raise StoreError(f"the graph is not up after {DEPLOY_S} s: the Ray dashboard shows which replica is missing")


def _last_line(text: str) -> str:
    """The part of a traceback that says what is wrong."""
    return (text.strip().splitlines() or [""])[-1]


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
