"""`manage.py search_rebuild`: the whole index anew."""

from django.core.management.base import BaseCommand, CommandError

from search.contract import SearchError
from search.indexing import engine, rebuild


class Command(BaseCommand):
    help = "Build the search index anew beside the old one and swap them."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-missing", action="store_true", help="do nothing when there is an index"
        )

    def handle(self, *, if_missing: bool, **options):
        if if_missing:
            health = engine().health()
            if health.ok and health.documents:
                self.stdout.write("There is an index already.")
                return
            if health.away:
                self.stdout.write(f"{health.detail}. The worker builds the index when it does.")
                return
        try:
            count = rebuild(progress=lambda done: self.stdout.write(f"{done} documents …"))
        except SearchError as error:
            raise CommandError(f"{error}.") from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CommandError(f"The search index cannot be read or written: {error}.") from error
        self.stdout.write(f"Indexed {count} documents.")
