"""`manage.py queue_for_crm`: the first step after a CRM is connected."""

from django.core.management.base import BaseCommand

from triage.connectors.outgoing import queue_all_tickets


class Command(BaseCommand):
    help = "Leave a row in the outbox for every ticket, so that a new CRM hears of them all."

    def handle(self, **options):
        self.stdout.write(f"{queue_all_tickets()} tickets queued for the CRM")
