"""An answered question in the words of schema.org, for search engines."""

from __future__ import annotations

import json
import re

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from cms.community.models import Question
from portal.community.presenters import Person
from portal.community.question_page import ShownAnswer, ShownPost, ShownQuestion

# What the sanitiser writes: an attribute may hold a ">", and has quotes around it.
_TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
# No character that could end the script element it stands in.
_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


def structured_data(question: Question, shown: ShownQuestion) -> SafeString:
    """QAPage as JSON for a script element; empty unless everybody can see it answered."""
    if not question.is_in_sight or not question.answer_count:
        return SafeString("")
    address = settings.PUBLIC_URL + shown.address
    visible = [each for each in (*shown.lifted, *shown.others) if not each.sight]
    accepted = [each for each in visible if each.is_accepted]
    others = [each for each in visible if not each.is_accepted]
    solved = {"acceptedAnswer": _answer(accepted[0], address)} if accepted else {}
    data = {
        "@context": "https://schema.org",
        "@type": "QAPage",
        "mainEntity": {
            "@type": "Question",
            "name": shown.title,
            "text": _plain(shown.html),
            "inLanguage": shown.language,
            "url": address,
            "answerCount": question.answer_count,
            "upvoteCount": question.me_too_count,
            "datePublished": shown.at.isoformat(),
            **_changed(shown),
            "author": _person(shown.author),
            **solved,
            "suggestedAnswer": [_answer(each, address) for each in others],
        },
    }
    written = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(written)  # noqa: S308  JSON with what HTML could read as markup escaped


def _answer(answer: ShownAnswer, address: str) -> dict:
    author = _person(answer.author)
    if answer.team:
        author = {"@type": "Organization", "name": f"{settings.SITE_OWNER}, {answer.team}"}
    return {
        "@type": "Answer",
        "text": _plain(answer.html),
        "inLanguage": answer.language,
        "url": f"{address}#svar-{answer.pk}",
        "upvoteCount": answer.votes,
        "datePublished": answer.at.isoformat(),
        **_changed(answer),
        "author": author,
    }


def _person(author: Person) -> dict:
    address = {"url": settings.PUBLIC_URL + author.address} if author.address else {}
    return {"@type": "Person", "name": author.name, **address}


def _changed(post: ShownPost) -> dict:
    return {"dateModified": post.edited_at.isoformat()} if post.edited_at else {}


def _plain(html: str) -> str:
    return " ".join(_TAG.sub("", html).split())
