"""`manage.py search_check`: does the index say what the database says?"""

from django.core.management.base import BaseCommand, CommandError

from search import checking
from search.contract import SearchEngine
from search.indexing import engines
from search.management.told import faults_told
from search.registry import registry


class Command(BaseCommand):
    help = "Compare the search index with the database; with --repair, bring it up to date."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="repair what differs")

    def handle(self, *, repair: bool, **options):
        main, *beside = engines()
        with faults_told():
            differs = self._differs(main, repair, "in the index")
            for each in beside:
                differs |= self._differs(each, repair, "in the index that stands by")
        if differs:
            raise CommandError("The index differs. Run search_check --repair.")

    def _differs(self, engine: SearchEngine, repair: bool, where: str) -> bool:
        """Tell how one index differs; whether it still does."""
        health = engine.health()
        if not health.ok:
            self._built_anew(engine, health.detail, repair and not health.away)
            return False
        found = checking.compare(engine, registry)
        counts = ", ".join(f"{count} {name}" for name, count in found.counts().items())
        self.stdout.write(f"{found.documents} documents: {counts} {where}.")
        if found.wrong and repair:
            checking.repair(engine, registry, found)
            self.stdout.write(f"Repaired {len(found.wrong)}.")
        return bool(found.wrong) and not repair

    def _built_anew(self, engine: SearchEngine, detail: str, repair: bool) -> None:
        """A whole index where there was none to compare with."""
        if not repair:
            raise CommandError(f"{detail}. Or run search_check --repair.")
        self.stdout.write(f"{detail}.")
        self.stdout.write(f"Indexed {engine.rebuild(registry.iter_documents())} documents.")
