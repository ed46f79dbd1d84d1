"""Keeps a one-machine Ray to the loopback interface, where Ray and Serve would listen on all of them."""

from __future__ import annotations

from typing import Any

import ray
import ray.serve._private.replica

from core.errors import StoreError

ENVIRONMENT = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"  # 0: Ray takes 127.0.0.1 for the address of its node
LOOPBACK = "127.0.0.1"


def bind_to_loopback() -> None:
    """Run by every worker as it starts: a replica's own gRPC port is otherwise open to the network (Ray 2.60)."""
    replica: Any = ray.serve._private.replica  # noqa: SLF001  # there is no public knob
    add_port = replica.add_port_to_grpc_server

    def add_loopback_port(server: object, address: str) -> object:
        return add_port(server, address.replace("[::]", LOOPBACK))

    replica.add_port_to_grpc_server = add_loopback_port


def check_loopback() -> None:
    """Raises `StoreError` when Ray has not taken the loopback address for its own."""
    address: str = ray.util.get_node_ip_address()  # type: ignore[no-untyped-call]
    if address != LOOPBACK:
        ray.shutdown()
        raise StoreError(f"Ray would listen on {address}: start it with {ENVIRONMENT}=0, as `make` does")
