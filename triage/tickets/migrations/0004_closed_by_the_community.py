import triage.tickets.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0003_queue_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ticket',
            name='close_reason',
            field=models.CharField(blank=True, choices=[(triage.tickets.kinds.CloseReason['NOT_A_CASE'], 'Not a case'), (triage.tickets.kinds.CloseReason['DUPLICATE'], 'Duplicate of another case'), (triage.tickets.kinds.CloseReason['WITHDRAWN'], 'Withdrawn'), (triage.tickets.kinds.CloseReason['COMMUNITY'], 'Answered in the community')], max_length=20),
        ),
    ]
