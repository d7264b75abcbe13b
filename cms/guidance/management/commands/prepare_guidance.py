"""`manage.py prepare_guidance`: what the editors' site needs."""

from django.core.management.base import BaseCommand

from cms.guidance.setup import ensure_site


class Command(BaseCommand):
    help = "Create the guidance's front page, the groups' permissions and the workflow. Repeatable."

    def handle(self, **options):
        index = ensure_site()
        self.stdout.write(f"The guidance is ready at {index.url}")
