"""How sure a share of so many is. Pure."""

from __future__ import annotations

from math import sqrt

Z = 1.96  # standard deviations to each side: 95 of 100 such intervals hold the true share


def interval(share: float, count: float) -> tuple[float, float]:
    """Between which shares (0 to 1) the true one lies in 95 of 100 cases, by Wilson's method.

    `share` was found among `count` independent things; of none nothing is known.
    """
    if count <= 0:
        return 0.0, 1.0
    middle = share + Z**2 / (2 * count)
    reach = Z * sqrt(share * (1 - share) / count + Z**2 / (4 * count**2))
    whole = 1 + Z**2 / count
    return max((middle - reach) / whole, 0.0), min((middle + reach) / whole, 1.0)
