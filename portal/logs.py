"""Structured logs without personal data: no names, addresses, texts or identity numbers."""

import logging
import logging.config

import structlog

# Values of these keys never reach a log line, whoever logs them.
PERSONAL_KEYS = frozenset({"email", "name", "subject", "body", "text", "query", "password", "ip"})


def drop_personal_data(_logger, _method, event: dict) -> dict:
    """Replace values under keys that hold personal data; a safety net, not a licence."""
    return {key: "(left out)" if key in PERSONAL_KEYS else value for key, value in event.items()}


def configure(options: dict) -> None:
    """Set logging up; `options` has `format` (text or json) and `level`."""
    shared = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_personal_data,
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
