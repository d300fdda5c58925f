"""Where study is opened from: facts that signals read; nothing is ever credited or refused by them."""

import hashlib
import ipaddress
from dataclasses import dataclass

LONGEST_NAME = 64


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The device, as the hash of a name its browser keeps, and the address (of IPv6 the network); None = not known."""

    device: int | None = None
    address: str | None = None


UNKNOWN = Origin()


def hashed(name: str) -> int | None:
    """Return the hash of a device's name as PostgreSQL's bigint; None for no name, or one that no page of ours made."""
    if not 8 <= len(name) <= LONGEST_NAME:
        return None
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def at(network: str, *, device: str) -> Origin:
    """Return the origin of a request from a network (kit.network.client_network) whose form names a device."""
    try:
        address = str(ipaddress.ip_interface(network).ip)
    except ValueError:
        address = None
    return Origin(device=hashed(device), address=address)
