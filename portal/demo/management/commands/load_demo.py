"""`manage.py load_demo`: sample content, people and cases, dated backwards from now."""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from portal.demo.loading import LoadedLater, fill_up, load_sample
from portal.demo.models import SampleLoad


@contextmanager
def quiet(*names: str) -> Iterator[None]:
    """Let these loggers tell only of what went wrong, for as long as this lasts."""
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def moment(text: str) -> datetime:
    """An instant from ISO 8601; local time when no offset is given."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time such as 2026-11-24T09:00"
        ) from None
    return found if timezone.is_aware(found) else timezone.make_aware(found)


class Command(BaseCommand):
    help = "Load the sample: vocabulary, people, articles, questions and months of cases."

    def add_arguments(self, parser):
        parser.add_argument(
            "--as-of", type=moment, help="the moment the sample ends at (now), as ISO 8601"
        )
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing where people work who are not the sample's",
        )
        parser.add_argument(
            "--refresh",
            action="store_true",
            help="let the sample's cases go on until now; what people wrote is kept",
        )
        parser.add_argument(
            "--tickets",
            type=int,
            metavar="N",
            help="add cases in bulk until there are N, for measuring",
        )

    def handle(self, *, as_of, if_empty: bool, refresh: bool, tickets: int | None, **options):
        if if_empty and User.objects.exists() and not SampleLoad.objects.exists():
            self.stdout.write("There are people here already; nothing is loaded.")
            return
        began = time.monotonic()
        with quiet("wagtail", "accounts"):
            self._load(as_of=as_of or timezone.now(), refresh=refresh, tickets=tickets)
        self.stdout.write(f"The sample is loaded after {time.monotonic() - began:.0f} s.")

    def _load(self, *, as_of: datetime, refresh: bool, tickets: int | None) -> None:
        try:
            load = load_sample(as_of=as_of, say=self._say, refresh=refresh)
        except LoadedLater as refusal:
            raise CommandError(f"{refusal} Give a later --as-of.") from refusal
        if tickets:
            self._say(f"added {fill_up(tickets, as_of=load.as_of, say=self._say)} cases in bulk")

    def _say(self, text: str) -> None:
        self.stdout.write(f"  {text}")
        self.stdout.flush()
