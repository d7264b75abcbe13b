"""A solved question in the words of schema.org, for search engines."""

from __future__ import annotations

import json

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from cms.community.models import Question
from portal.community.question_page import ShownAnswer, ShownQuestion

# No character that could end the script element it stands in.
_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


def structured_data(question: Question, shown: ShownQuestion) -> SafeString:
    """QAPage as JSON for a script element; empty unless the question is solved and public."""
    if question.is_hidden or question.state != Question.State.SOLVED:
        return SafeString("")
    address = settings.PUBLIC_URL + shown.address
    visible = [each for each in (*shown.lifted, *shown.others) if not each.hidden]
    accepted = [each for each in visible if each.is_accepted]
    others = [each for each in visible if not each.is_accepted]
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
            "author": {"@type": "Person", "name": shown.author},
            "acceptedAnswer": _answer(accepted[0], address),
            "suggestedAnswer": [_answer(each, address) for each in others],
        },
    }
    written = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(written)  # noqa: S308  JSON with what HTML could read as markup escaped


def _answer(answer: ShownAnswer, address: str) -> dict:
    author = {"@type": "Person", "name": answer.author}
    if answer.team:
        author = {"@type": "Organization", "name": f"{settings.SITE_OWNER}, {answer.team}"}
    return {
        "@type": "Answer",
        "text": _plain(answer.html),
        "inLanguage": answer.language,
        "url": f"{address}#svar-{answer.pk}",
        "upvoteCount": answer.votes,
        "datePublished": answer.at.isoformat(),
        "author": author,
    }


def _plain(html: str) -> str:
    return " ".join(strip_tags(html).split())
