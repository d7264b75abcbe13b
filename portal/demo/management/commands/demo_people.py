"""`manage.py demo_people`: who of the sample can sign in, one line for each role."""

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.demo.people import listed_people


class Command(BaseCommand):
    help = "Print role, e-mail address and password of the sample's people."

    def handle(self, **options):
        people = listed_people(settings.BASE_DIR / "sample" / "people.yaml")
        if not people:
            self.stdout.write("There are no sample people. Load them with load_demo.")
            return
        roles = max(len(person.role) for person in people)
        addresses = max(len(person.email) for person in people)
        for person in people:
            self.stdout.write(
                f"  {person.role:<{roles}}  {person.email:<{addresses}}  {person.password}"
            )
