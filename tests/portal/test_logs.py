"""Log lines hold no personal data, in either format."""

import io
import json
import logging

import pytest
import structlog

from portal import logs


@pytest.fixture
def lines():
    """A function that sets logging up anew and gives what is written afterwards."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, structlog.get_config())
    stream = io.StringIO()

    def start(form: str, level: str = "INFO") -> io.StringIO:
        logs.configure({"format": form, "level": level})
        for handler in root.handlers:
            if isinstance(handler, logging.StreamHandler) and hasattr(handler, "setStream"):
                handler.setStream(stream)
        return stream

    yield start
    root.handlers[:], root.level = before[0], before[1]
    structlog.configure(**before[2])


@pytest.mark.parametrize("key", sorted(logs.PERSONAL_KEYS))
def test_values_under_personal_keys_are_left_out(key):
    event = logs.drop_personal_data(None, "info", {"event": "x", key: "Kari", "case": 12})
    assert event == {"event": "x", key: "(left out)", "case": 12}


def test_json_is_one_object_a_line(lines):
    written = lines("json")
    structlog.get_logger("test").info("case opened", case=12, email="kari@tindvik.example")
    line = json.loads(written.getvalue())
    assert (line["event"], line["case"], line["level"]) == ("case opened", 12, "info")
    assert line["email"] == "(left out)"
    assert line["timestamp"].endswith("Z")


def test_text_is_readable_and_without_colour_codes(lines):
    written = lines("text")
    structlog.get_logger("test").warning("mail server away", host="smtp")
    assert "mail server away" in written.getvalue()
    assert "\x1b[" not in written.getvalue()


def test_lines_of_libraries_get_the_same_form(lines):
    written = lines("json")
    logging.getLogger("some.library").warning("slow %s", "thing")
    line = json.loads(written.getvalue())
    assert (line["event"], line["logger"]) == ("slow thing", "some.library")


def test_lines_below_the_level_are_not_written(lines):
    written = lines("text", level="ERROR")
    structlog.get_logger("test").info("chatter")
    assert written.getvalue() == ""
