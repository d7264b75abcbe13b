import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0005_tags_and_dates_are_in_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='event',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='community.communityevent'),
        ),
        migrations.AddField(
            model_name='notice',
            name='mailed',
            field=models.BooleanField(default=False),
        ),
    ]
