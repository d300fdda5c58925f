"""Where study is opened from: facts that signals read; nothing is ever credited or refused by them."""

import hashlib
import ipaddress
from dataclasses import dataclass

from django.http import HttpRequest

from yanxiu.kit.network import client_network

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


def of(request: HttpRequest) -> Origin:
    """Return where a request comes from; the device stands in the form field `device`."""
    try:
        address = str(ipaddress.ip_interface(client_network(request)).ip)
    except ValueError:
        address = None
    return Origin(device=hashed(request.POST.get("device", "")), address=address)
