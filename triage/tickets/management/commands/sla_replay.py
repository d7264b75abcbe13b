"""`manage.py sla_replay`: does every stored due time come out of the log?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from triage.tickets.references import reference_of
from triage.tickets.replaying import BATCH, Difference, Proof, differences, repair


class Command(BaseCommand):
    """Replay the log of every case and compare; exit code 1 when something differs."""

    help = "Replay the log of every case and compare with the stored due times, field by field."

    def add_arguments(self, parser):
        """How much is read at a time, and whether what differs is put right."""
        parser.add_argument(
            "--repair",
            action="store_true",
            help="write what the log says, each case with a line in its log",
        )
        parser.add_argument(
            "--batch", type=int, default=BATCH, help=f"cases read at a time (default {BATCH})"
        )

    def handle(self, *, repair: bool, batch: int, **options):
        """List what differs, by case and field."""
        if batch < 1:
            raise CommandError("--batch is at least 1.")
        now = timezone.now()
        proof = Proof()
        different: set[int] = set()
        for difference in differences(proof, now=now, batch=batch):
            different.add(difference.ticket)
            self.stdout.write(_sentence(difference))
        self.stdout.write(
            f"{proof.tickets} cases with {proof.clocks} clocks replayed: "
            f"{proof.differences} differences in {len(different)} cases."
        )
        if different and not repair:
            raise CommandError("Stored due times differ from the log. Run sla_replay --repair.")
        if different:
            self._repair(different, now)

    def _repair(self, different: set[int], now: datetime) -> None:
        """Put each case right; those whose log cannot be replayed are left for a person."""
        repaired = [ticket for ticket in sorted(different) if repair(ticket, now=now)]
        self.stdout.write(f"Repaired {len(repaired)} cases.")
        if len(repaired) < len(different):
            raise CommandError("Not every case could be repaired: its log cannot be replayed.")


def _sentence(difference: Difference) -> str:
    return (
        f"{reference_of(difference.ticket)} {difference.where} {difference.field}: "
        f"stored {_shown(difference.stored)}, replayed {_shown(difference.replayed)}"
    )


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    return value.isoformat() if isinstance(value, datetime) else str(value)
