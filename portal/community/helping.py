"""For whoever answers a question: what may answer it already, and a link to it in the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from cms.community.models import Answer, Question
from portal.addresses import absolute
from portal.community.similar import Similar, similar_to
from portal.desk.linked import linked_articles
from triage.suggestions.learning import learn_from_solved

_MARKED = re.compile(r"([\\\[\]*_`<>])")  # what would be read as markup in the words of a link


@dataclass(frozen=True, kw_only=True)
class Helping:
    """What was found for the one who answers; `found` is empty where nothing is good enough."""

    found: list[Similar]


def help_with(question: Question, *, user, now: datetime) -> Helping:
    """Articles and other answered questions that may answer this one, for who answers it."""
    found = similar_to(
        _text_of(question),
        product=question.product.slug,
        user=user,
        now=now,
        own=f"question:{question.pk}",
    )
    return Helping(found=found)


def with_link(body: str, found: Similar) -> str:
    """What is written, and a link to what was found last."""
    title = _MARKED.sub(r"\\\1", found.title)
    return f"{body.rstrip()}\n\n[{title}]({absolute(found.address)})".lstrip()


def learn_from(answer: Answer, question: Question, body: str, *, now: datetime) -> None:
    """Articles an answer links to helped with a text like the question; not while it is held."""
    if answer.is_held:
        return
    for document in linked_articles(body):
        learn_from_solved(
            _text_of(question),
            document,
            language=question.language,
            visitor=f"answer {answer.author_id}",
            now=now,
        )


def _text_of(question: Question) -> str:
    return f"{question.title}\n{question.body}"
