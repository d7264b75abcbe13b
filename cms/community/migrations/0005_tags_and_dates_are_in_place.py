from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0004_tags_dates_and_members"),
    ]

    operations = [
        migrations.RemoveField(
            model_name='question',
            name='topic',
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirm_by__isnull', True), ('confirmed_at__isnull', True), ('official_team__isnull', True)), models.Q(('confirm_by__isnull', False), ('confirmed_at__isnull', False), ('official_team__isnull', False)), _connector='OR'), name='community_answer_official_is_confirmed'),
        ),
    ]
