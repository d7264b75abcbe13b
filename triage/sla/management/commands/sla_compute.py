"""Due times, elapsed time and working days for others, line by line; no site, no database."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from triage.sla.lines import answers


class Command(BaseCommand):
    """Read questions as JSON lines on standard input and write an answer for each, in order."""

    help = "Answer questions about due times, elapsed time and working days, one JSON line each."
    requires_system_checks: list[str] = []

    def handle(self, *args, **options) -> None:
        """Answer every line; what cannot be answered says why and the rest go on."""
        for answer in answers(sys.stdin.buffer):
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()  # whoever asks one line at a time waits for it
