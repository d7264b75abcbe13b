"""Whether work grows in step with what it is given, told without a clock that others share.

What else a machine does can only lengthen a measure, never shorten it: the least of several is
nearest to the truth. Work that grows as the square is too long in every one of them; work that
grows in step is seldom so in one, and never in all.
"""

from collections.abc import Callable
from time import process_time

TIMES = 8  # as long is the long one
MEASURES = 12
LITTLE = 0.2  # seconds of the processor, which are no matter whatever they grew from


def grows_in_step(work: Callable[[int], object], longest: int) -> bool:
    """Whether `work(longest)` takes about 8 times what an eighth takes, and far less than 64 times.

    Measured until it is so, at most twelve times.
    """
    short = long = float("inf")
    for _ in range(MEASURES):
        short = min(short, _seconds(work, longest // TIMES))
        long = min(long, _seconds(work, longest))
        if long < max(LITTLE, 3 * TIMES * short):
            return True
    return False


def _seconds(work: Callable[[int], object], length: int) -> float:
    began = process_time()
    work(length)
    return process_time() - began
