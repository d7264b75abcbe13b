"""Where on the page of its question an answer stands."""

from __future__ import annotations

from cms.community.models import Question

ANSWERS_SHOWN = 20  # on one page
_SURE_TO_FIT = ANSWERS_SHOWN - 8  # room for those out of others' sight, and for newer ones


def anchor_of(question: Question, answer_id: int) -> str:
    """What follows the question's address to lead to an answer; names its page in long threads."""
    place = f"#svar-{answer_id}"
    return f"?answer={answer_id}{place}" if question.answer_count > _SURE_TO_FIT else place
