"""Log lines hold no personal data, in either format."""

import io
import json
import logging

import pytest
import structlog

from portal import logs
from tests.growth import grows_in_step


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


def failing(written: str) -> None:
    try:
        int(written)
    except ValueError as error:
        raise RuntimeError(f"could not read {written}") from error


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("logger", [structlog.get_logger, logging.getLogger])
def test_exceptions_tell_kind_and_place_but_nothing_a_person_wrote(lines, form, logger):
    written = lines(form)
    words = "Kari Nordmann, kari@tindvik.example, 01818000010"
    try:
        failing(words)
    except RuntimeError:
        logger("test").exception("the page failed")
    told = written.getvalue()
    assert "the page failed" in told
    assert "builtins.ValueError" in told
    assert "builtins.RuntimeError" in told
    assert "test_logs.py" in told
    assert "in failing" in told
    assert not [secret for secret in words.replace(",", "").split() if secret in told]


def test_exception_that_goes_round_in_a_ring_is_told_once(lines):
    written = lines("text")
    first, second = ValueError("a"), KeyError("b")
    first.__context__, second.__context__ = second, first
    logging.getLogger("test").error("ring", exc_info=first)
    assert written.getvalue().count("builtins.ValueError") == 1


def test_log_without_an_exception_under_way_says_so_little(lines):
    written = lines("json")
    structlog.get_logger("test").info("nothing went wrong", exc_info=True)
    assert "exception" not in json.loads(written.getvalue())


def test_paths_that_libraries_log_lose_identity_numbers_and_addresses(lines):
    written = lines("json")
    logging.getLogger("django.request").warning(
        "Not Found: %s", "/sok/01818000010/kari@tindvik.example/"
    )
    said = json.loads(written.getvalue())["event"]
    assert said == "Not Found: /sok/[syntetisk fødselsnummer fjernet]/[e-post]/"


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("til <kari@tindvik.example>: nei", "til <[e-post]>: nei"),
        ("kari@kari@tindvik.example", "kari@[e-post]"),
        ("kari.vik+sak@post.tindvik.example ", "[e-post] "),
        ("kari@localhost", "kari@localhost"),
    ],
)
def test_an_address_is_masked_wherever_it_stands(said, masked):
    assert logs.mask_people(None, "info", {"event": said})["event"] == masked


def test_a_long_line_is_read_in_step_with_its_length():
    assert grows_in_step(lambda long: logs.mask_people(None, "info", {"event": "a" * long}), 32_000)
