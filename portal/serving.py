"""What gunicorn calls: each web process reads beforehand what its first visitor would wait for."""

import threading

import structlog

log = structlog.get_logger(__name__)


def post_worker_init(worker) -> None:
    """Begin reading, beside the answers already given; gunicorn calls it once for each process."""
    threading.Thread(target=read_beforehand, name="read beforehand", daemon=True).start()


def read_beforehand() -> None:
    """Take word lists, index and classifier into memory. A part that is missing is left alone."""
    from django.db import connections  # gunicorn reads this module before Django is set up

    from search.current_words import current  # as above
    from search.indexing import engine  # as above
    from search.parser import parse_query  # as above
    from triage.classifier.predictions.leanings import leanings  # as above

    query = parse_query("hvordan får vi tilgang")
    for part in (
        current,
        lambda: engine().search(query, visibility=("public",), language="nb"),
        lambda: leanings(query.text),
    ):
        try:
            part()
        except Exception as error:  # whoever needs it later is told what is wrong
            log.info("nothing to read beforehand", error=type(error).__name__)
    connections.close_all()
