"""The worker in a process of its own: `python -m tests.dispatch.child FILE PAUSE`."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from tests.dispatch.deliverer import deliver_to  # noqa: E402

if __name__ == "__main__":
    deliver_to(Path(sys.argv[1]), float(sys.argv[2]))
