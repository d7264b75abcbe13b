"""`manage.py load_demo`: sample content, people and cases, dated backwards from now."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import User
from portal.demo.loading import load_everything


class Command(BaseCommand):
    help = "Load the sample: vocabulary, people, articles, questions and months of cases."

    def add_arguments(self, parser):
        parser.add_argument("--as-of", help="the moment the sample is to end at, as ISO 8601")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there are people already"
        )

    def handle(self, *, as_of: str | None, if_empty: bool, **options):
        if if_empty and User.objects.exists():
            self.stdout.write("There are people here already; nothing is loaded.")
            return
        for chatty in ("wagtail", "accounts"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        began = time.monotonic()
        load_everything(as_of=_moment(as_of), say=self._say)
        self.stdout.write(f"The sample is loaded after {time.monotonic() - began:.0f} s.")

    def _say(self, text: str) -> None:
        self.stdout.write(f"  {text}")
        self.stdout.flush()


def _moment(text: str | None) -> datetime:
    if not text:
        return timezone.now()
    moment = datetime.fromisoformat(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
