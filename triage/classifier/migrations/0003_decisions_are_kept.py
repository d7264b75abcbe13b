"""What was decided before becomes rows; the database itself refuses to change them after that."""

from django.db import migrations
from django.db.models import F

# All columns but who decided: somebody who leaves is left out of them.
COLUMNS = (
    "ticket_id, target, label, outcome, source, guessed, confidence, spoke, model_version, at"
)
SQLITE = f"""
CREATE TRIGGER decision_is_kept BEFORE UPDATE OF {COLUMNS} ON classifier_decision
BEGIN SELECT RAISE(ABORT, 'what was decided is kept as it was'); END;
"""
POSTGRES = f"""
CREATE FUNCTION decision_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what was decided is kept as it was'; END $$;
CREATE TRIGGER decision_is_kept BEFORE UPDATE OF {COLUMNS} ON classifier_decision
FOR EACH ROW EXECUTE FUNCTION decision_is_kept();
"""


def bring_over(apps, editor):
    """A row for each prediction somebody has decided about."""
    prediction = apps.get_model("classifier", "Prediction")
    decision = apps.get_model("classifier", "Decision")
    decided = prediction.objects.filter(decided_at__isnull=False).exclude(label="")
    rows = (
        decision(
            ticket_id=each.ticket_id,
            target=each.target,
            label=each.decided,
            outcome="confirmed" if each.decided == each.label else "corrected",
            source="desk",
            guessed=each.label,
            confidence=each.confidence,
            spoke=each.speaks,
            model_version=each.model_version,
            by_id=each.decided_by_id,
            at=each.decided_at,
        )
        for each in decided.iterator(chunk_size=1000)
    )
    decision.objects.bulk_create(list(rows), batch_size=1000)
    decided.update(labelled_at=F("decided_at"))


def protect(apps, editor):
    """Put the trigger in place."""
    editor.execute(SQLITE if editor.connection.vendor == "sqlite" else POSTGRES)


def unprotect(apps, editor):
    """Take the trigger away."""
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER decision_is_kept")
    else:
        editor.execute("DROP FUNCTION decision_is_kept() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("classifier", "0002_decisions_and_lives")]
    operations = [
        migrations.RunPython(bring_over, migrations.RunPython.noop),
        migrations.RunPython(protect, unprotect),
    ]
