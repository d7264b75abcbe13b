"""A clock that moves only when somebody sleeps or a test says so."""

from __future__ import annotations

import time


class StandingClock:
    """Takes the place of the module `time` where a wait is to be told without waiting."""

    def __init__(self) -> None:
        self._began = time.time()
        self.passed = 0.0  # seconds

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        return self.passed

    def time(self) -> float:
        """Seconds since 1970."""
        return self._began + self.passed

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.passed += seconds
