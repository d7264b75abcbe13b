"""Decisions that a case is for the first line get its label, whatever a site calls its team.

Stored with the team's own short name, they counted as corrections of guesses that were right.
"""

from django.db import migrations
from django.db.models import Case, F, Q, Value, When

FIRST_LINE = "servicedesk"
TRIGGER = "decision_is_kept"
# Rows that wait to be checked against others would keep PostgreSQL from altering their table.
ALTER = "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE classifier_decision"


def name_first_line(apps, editor):
    """Rename the label where it is, and say of guesses that were right that they were."""
    teams = apps.get_model("accounts", "Team").objects.filter(line="first")
    slugs = list(teams.exclude(slug=FIRST_LINE).values_list("slug", flat=True))
    if not slugs:
        return
    prediction = apps.get_model("classifier", "Prediction")
    prediction.objects.filter(target="team", label__in=slugs).update(label=FIRST_LINE)
    prediction.objects.filter(target="team", decided__in=slugs).update(decided=FIRST_LINE)
    decisions = apps.get_model("classifier", "Decision").objects.filter(target="team")
    names = [*slugs, FIRST_LINE]
    take_up = _let_change(editor.connection)
    decisions.filter(Q(label__in=slugs) | Q(guessed__in=slugs)).update(
        label=Case(When(label__in=slugs, then=Value(FIRST_LINE)), default=F("label")),
        guessed=Case(When(guessed__in=slugs, then=Value(FIRST_LINE)), default=F("guessed")),
        outcome=Case(
            When(label__in=names, guessed__in=names, then=Value("confirmed")),
            default=F("outcome"),
        ),
    )
    _execute(editor.connection, take_up)


def _let_change(connection):
    """Take the trigger away that keeps decisions; returns the statement that puts it back."""
    if connection.vendor != "sqlite":
        _execute(connection, f"{ALTER} DISABLE TRIGGER {TRIGGER}")
        return f"{ALTER} ENABLE TRIGGER {TRIGGER}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [TRIGGER]
        )
        (written,) = cursor.fetchone()
    _execute(connection, f"DROP TRIGGER {TRIGGER}")
    return written


def _execute(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_severity_a_is_told"),
        ("classifier", "0004_topics_are_guessed"),
    ]
    operations = [migrations.RunPython(name_first_line, migrations.RunPython.noop)]
