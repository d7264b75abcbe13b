"""`manage.py search_rebuild`: the whole index anew."""

from django.core.management.base import BaseCommand

from search.indexing import engine, rebuild
from search.management.told import faults_told


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
        with faults_told():
            count = rebuild(progress=lambda done: self.stdout.write(f"{done} documents …"))
        self.stdout.write(f"Indexed {count} documents.")
