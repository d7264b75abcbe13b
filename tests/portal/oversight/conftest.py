"""A desk with people, and limits that begin anew."""

from tests.portal.cases.conftest import _fresh_limits, desk  # noqa: F401
