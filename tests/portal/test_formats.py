"""Dates and numbers as each language writes them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import formats, timezone, translation

DAY = date(2026, 5, 21)
MOMENT = datetime(2026, 5, 21, 8, 45, tzinfo=UTC)  # 10.45 in Oslo


@pytest.mark.parametrize(
    ("language", "day", "moment", "number"),
    [
        ("nb", "21. mai 2026", "21. mai 2026 kl. 10.45", "1\xa0234,5"),
        ("nn", "21. mai 2026", "21. mai 2026 kl. 10.45", "1\xa0234,5"),
        ("en", "21 May 2026", "21 May 2026, 10:45", "1,234.5"),
    ],
)
def test_dates_moments_and_numbers(language, day, moment, number):
    with translation.override(language):
        assert formats.date_format(DAY) == day
        assert formats.date_format(timezone.localtime(MOMENT), "DATETIME_FORMAT") == moment
        assert formats.number_format(1234.5, use_l10n=True, force_grouping=True) == number


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_week_begins_on_monday(language):
    with translation.override(language):
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_short_dates_have_the_day_first(language):
    with translation.override(language):
        assert formats.date_format(DAY, "SHORT_DATE_FORMAT") == "21.05.2026"
