"""Fetches model versions from the registry into this machine's cache: `python -m pipelines.fetch ranker/2`.

Replicas run it as a process of its own, and it warms the cache of a node before a promotion.
"""

from __future__ import annotations

import argparse
import sys

from core.errors import CoreError
from core.settings import Settings
from core.versions import parse_version
from stores.registry import open_registry


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pipelines.fetch", description=__doc__)
    parser.add_argument("versions", nargs="+", metavar="NAME/NUMBER")
    registry = open_registry(Settings())
    try:
        for version in parser.parse_args().versions:
            print(registry.fetch(parse_version(version)))
    except (CoreError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
