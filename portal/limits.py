"""How often the same visitor may do the same thing; one place for all limits of our own."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.limiting.counting import exceeds, read_rate

HOUSEHOLD = 64  # bits of an IPv6 address that tell one connection from another
NOWHERE = "0.0.0.0"  # noqa: S104  stands for an address that cannot be told; nothing is bound


def too_many(request: HttpRequest, group: str, rate: str) -> bool:
    """Count this request; True when it is more than `rate` (such as "10/m") allows.

    Counted by user when signed in, else by the visitor's own address. Who has one IPv6 address
    has billions: all those of a connection are one visitor.
    """
    user = request.user
    who = f"user {user.pk}" if user.is_authenticated else f"address {connection_of(request)}"
    return exceeds(read_rate(rate), thing=group, who=who, now=timezone.now())


def connection_of(request: HttpRequest) -> str:
    """The address of a visitor, or what all the IPv6 addresses of one connection share."""
    address = ip_address(visitor_address(request))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, HOUSEHOLD), strict=False))
    return str(address)


def visitor_address(request: HttpRequest) -> str:
    """The IP address a visitor comes from, behind as many proxies as we have said there are.

    Without that everybody behind a proxy would be one visitor, and one could use up the limits of
    all. What stands further left in X-Forwarded-For is the visitor's own claim: it is not believed.
    """
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = request.headers.get("X-Forwarded-For", "").split(",") if proxies > 0 else []
    address = told[-proxies] if proxies and len(told) >= proxies else ""
    return _plain(address) or _plain(request.META.get("REMOTE_ADDR", "")) or NOWHERE


def _plain(written: str) -> str:
    """An IP address without port, brackets and zone; "" when it is none.

    A server that listens for both kinds writes 192.0.2.1 as ::ffff:192.0.2.1.
    """
    text = written.strip().partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
