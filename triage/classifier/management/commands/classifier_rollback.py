"""Go back to a classifier that was in use before."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from triage.classifier.artifacts import archive, releases
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.models import Release


class Command(BaseCommand):
    """Puts the one before, or one by its version, to use; no process has to be started again."""

    help = "Put the classifier that was in use before to use again, or another that is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one, or only what there is."""
        parser.add_argument("--to", default="", metavar="VERSION", help="this one")
        parser.add_argument("--list", action="store_true", help="only tell which are kept")

    def handle(self, *args, **options) -> None:
        """Go back, or tell why not."""
        if options["list"]:
            self._list()
            return
        try:
            if options["to"]:
                row = releases.put_to_use(
                    version=options["to"], why=Release.Why.ROLLED_BACK, now=timezone.now()
                )
            else:
                row = releases.roll_back(now=timezone.now())
        except ArtifactRefused as error:
            raise CommandError(
                f"{error} Kept: {', '.join(archive.versions()) or 'none'}."
            ) from error
        self.stdout.write(f"In use: {row.version} (was {row.replaced or 'none'}).")

    def _list(self) -> None:
        live = archive.live_version()
        self.stdout.write(f"In use: {live or 'none'}")
        for each in archive.listed():
            told = each.refusal or f"trained {each.trained_at:%d.%m.%Y}"
            self.stdout.write(
                f"  {each.version}{' (in use)' if each.version == live else ''}: {told}"
            )
