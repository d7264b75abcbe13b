"""The database itself refuses to change a line of the log."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER ticket_log_is_append_only BEFORE UPDATE ON tickets_ticketevent
BEGIN SELECT RAISE(ABORT, 'the log of a ticket is append-only'); END;
"""
POSTGRES = """
CREATE FUNCTION ticket_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log of a ticket is append-only'; END $$;
CREATE TRIGGER ticket_log_is_append_only BEFORE UPDATE ON tickets_ticketevent
FOR EACH ROW EXECUTE FUNCTION ticket_log_is_append_only();
"""


def protect(apps, editor):
    """Put the trigger in place."""
    editor.execute(SQLITE if editor.connection.vendor == "sqlite" else POSTGRES)


def unprotect(apps, editor):
    """Take the trigger away."""
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER ticket_log_is_append_only")
    else:
        editor.execute("DROP FUNCTION ticket_log_is_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunPython(protect, unprotect)]
