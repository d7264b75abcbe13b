"""How often the same visitor may do the same thing; one place, whatever library counts."""

from django.http import HttpRequest
from django_ratelimit.core import is_ratelimited


def too_many(request: HttpRequest, group: str, rate: str) -> bool:
    """Count this request; True when it is more than `rate` (such as "10/m") allows.

    Counted by user when signed in, else by address. A broken cache never locks people out.
    """
    return is_ratelimited(request, group=group, key="user_or_ip", rate=rate, increment=True)
