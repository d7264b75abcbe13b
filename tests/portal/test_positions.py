"""Whatever stands in an address, a list begins somewhere and nothing fails."""

from datetime import UTC, datetime

import pytest

from portal.positions import read_moment, read_number, read_position

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_what_a_list_writes_is_read_again():
    assert read_position(f"{NOON.isoformat()}_17") == (NOON, 17)
    assert read_position("2026-11-25T13:00:00+01:00_17") == (NOON, 17)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2026-11-25T12:00:00",
        "2026-13-25T12:00:00+00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9" * 5000,
    ],
)
def test_what_is_no_moment_or_cannot_change_zone_is_none(text):
    assert read_moment(text) is None
    assert read_position(f"{text}_1") is None


@pytest.mark.parametrize("text", ["", "-1", "²", "٣", "1.0", "9" * 19, "9" * 5000])
def test_what_is_no_id_or_longer_than_any_is_none(text):
    assert read_number(text) is None
    assert read_position(f"{NOON.isoformat()}_{text}") is None
