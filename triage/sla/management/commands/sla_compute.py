"""Due times, elapsed time and working days for others, line by line; no site, no database."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from triage.sla.lines import answer_line


class Command(BaseCommand):
    """Read questions as JSON lines on standard input and write an answer for each, in order."""

    help = "Answer questions about due times, elapsed time and working days, one JSON line each."
    requires_system_checks: list[str] = []

    def handle(self, *args, **options) -> None:
        """Answer every line; what cannot be answered says why and the rest go on."""
        for line in sys.stdin.buffer:
            text = line.decode("utf-8", errors="replace").strip()
            if text:
                sys.stdout.write(answer_line(text) + "\n")
        sys.stdout.flush()
