#!/usr/bin/env python3
"""Veiviser's management commands: see docs/commands.md."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        from django.core.management import execute_from_command_line  # fails in words below
    except ImportError as error:
        raise SystemExit(
            "Django is not installed for this Python. Run `./run --prepare` once and then "
            "`.venv/bin/python manage.py COMMAND`."
        ) from error
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
