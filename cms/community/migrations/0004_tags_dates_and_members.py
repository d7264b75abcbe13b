from datetime import timedelta

from django.db import migrations
from django.utils.text import slugify


def fill(apps, schema_editor):
    """Tags from the one topic, a date to confirm by, a member for everybody who has written."""
    Question = apps.get_model("community", "Question")
    Answer = apps.get_model("community", "Answer")
    Member = apps.get_model("community", "Member")
    for question in Question.objects.filter(topic__isnull=False):
        question.topics.add(question.topic_id)
    for answer in Answer.objects.filter(official_team__isnull=False):
        answer.confirm_by = answer.confirmed_at.date() + timedelta(days=180)
        answer.save(update_fields=["confirm_by"])
    for question in Question.objects.filter(answer_count__gt=0):
        first = question.answers.filter(hidden_at__isnull=True).order_by("answered_at").first()
        question.first_answered_at = first.answered_at
        question.save(update_fields=["first_answered_at"])
    User = apps.get_model("accounts", "User")
    writers = set(Question.objects.values_list("asker", flat=True))
    writers |= set(Answer.objects.values_list("author", flat=True))
    for user in User.objects.filter(pk__in=writers - {None}).order_by("pk"):
        name = slugify(user.name or user.email.split("@")[0])[:25].strip("-")
        Member.objects.create(user=user, handle=f"{name or 'medlem'}-{user.pk}")


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0003_community_grows"),
        ("accounts", "0001_initial"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
