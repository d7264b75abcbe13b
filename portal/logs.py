"""Structured logs without personal data: no names, addresses, texts or identity numbers."""

import logging
import logging.config
import re
import sys
import traceback

import structlog

from search.text.redaction import mask_identity_numbers

# Values of these keys never reach a log line, whoever logs them.
PERSONAL_KEYS = frozenset({"email", "name", "subject", "body", "text", "query", "password", "ip"})


def drop_personal_data(_logger, _method, event: dict) -> dict:
    """Replace values under keys that hold personal data; a safety net, not a licence."""
    return {key: "(left out)" if key in PERSONAL_KEYS else value for key, value in event.items()}


# Looked for only where a word begins: from each of its letters on, long lines would take long.
_EMAIL = re.compile(r"(?<![^\s@<>()/\"'])[^\s@<>()/\"']+@[^\s@<>()/\"']+\.\w+")


def mask_people(_logger, _method, event: dict) -> dict:
    """Mask identity numbers and e-mail addresses in the line itself: libraries put paths there."""
    said = event.get("event")
    if isinstance(said, str):
        event["event"] = _EMAIL.sub("[e-post]", mask_identity_numbers(said).text)
    return event


def tell_where(_logger, _method, event: dict) -> dict:
    """Put an exception's kind and the lines it came through in place of the exception itself.

    Its message and the values of variables may quote what a person wrote: they are left out.
    """
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_way_of(error))
    return event


def _way_of(error: BaseException) -> list[str]:
    """The kinds of an exception and of those behind it, the first first, each with its lines."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.insert(0, link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    told = []
    for each in chain:
        told.append(f"{type(each).__module__}.{type(each).__qualname__}")
        told += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}: {frame.line}"
            for frame in traceback.extract_tb(each.__traceback__)
        ]
    return told


def configure(options: dict) -> None:
    """Set logging up; `options` has `format` (text or json) and `level`."""
    shared = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_personal_data,
        mask_people,
        tell_where,
    ]
    renderer = (
        structlog.processors.JSONRenderer()
        if options["format"] == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        renderer,
                    ],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": {"gunicorn.access": {"level": "WARNING"}},
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
