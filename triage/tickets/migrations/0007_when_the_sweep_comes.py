from django.db import migrations
from django.db.models import F


def come_when_due(apps, schema_editor):
    """Policies stored before this say nothing about shares: the sweep comes when a target is due."""
    clocks = apps.get_model("tickets", "TicketClock").objects
    clocks.filter(
        due_at__isnull=False, met_at=None, stopped_at=None, breached_at=None
    ).update(sweep_at=F("due_at"))


class Migration(migrations.Migration):

    dependencies = [("tickets", "0006_sweeping_and_deadline_notices")]

    operations = [migrations.RunPython(come_when_due, migrations.RunPython.noop)]
