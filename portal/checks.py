"""What can be wrong in an installation, with what to do about it."""

import os
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

VENDOR = Path(__file__).parent / "static" / "vendor" / "designsystemet" / "index.css"


@register(Tags.files)
def data_dir_is_writable(app_configs, **kwargs):
    """Uploads, index and classifier need a folder to live in."""
    if os.access(settings.DATA_DIR, os.W_OK):
        return []
    return [
        Error(
            "DATA_DIR cannot be written to.",
            hint="Give the account that runs Veiviser write access, or set DATA_DIR.",
            id="veiviser.E001",
        )
    ]


@register(Tags.staticfiles)
def front_end_is_installed(app_configs, **kwargs):
    """Pages without the design's stylesheet are unreadable."""
    if VENDOR.exists():
        return []
    return [
        Error(
            "The front-end packages are not installed.",
            hint="Run `./run --prepare`, which installs them.",
            id="veiviser.E002",
        )
    ]


@register(Tags.security, deploy=True)
def public_address_is_encrypted(app_configs, **kwargs):
    """Cookies and passwords should not travel in clear text."""
    if settings.SECURE_TRANSPORT:
        return []
    return [
        Warning(
            "PUBLIC_URL does not begin with https.",
            hint="Set PUBLIC_URL to the https address people use; cookies then require TLS.",
            id="veiviser.W001",
        )
    ]
