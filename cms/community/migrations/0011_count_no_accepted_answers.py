from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0010_common_hints"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="member",
            name="accepted_count",
        ),
    ]
