"""`manage.py search_check`: does the index say what the database says?"""

from django.core.management.base import BaseCommand, CommandError

from search import checking
from search.engines.contract import SearchError
from search.indexing import engine, rebuild
from search.registry import registry


class Command(BaseCommand):
    help = "Compare the search index with the database; with --repair, bring it up to date."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="repair what differs")

    def handle(self, *, repair: bool, **options):
        health = engine().health()
        if not health.ok:
            self._built_anew(health.detail, repair)
            return
        try:
            found = checking.compare(engine(), registry)
            if repair:
                checking.repair(engine(), registry, found)
        except SearchError as error:
            raise CommandError(f"{error}.") from error
        counts = ", ".join(f"{count} {name}" for name, count in found.counts().items())
        self.stdout.write(f"{found.documents} documents: {counts} in the index.")
        if found.wrong and not repair:
            raise CommandError("The index differs. Run search_check --repair.")
        if found.wrong:
            self.stdout.write(f"Repaired {len(found.wrong)}.")

    def _built_anew(self, detail: str, repair: bool) -> None:
        """A whole index where there was none to compare with."""
        if not repair:
            raise CommandError(f"{detail}. Or run search_check --repair.")
        self.stdout.write(f"{detail}.")
        self.stdout.write(f"Indexed {rebuild()} documents.")
