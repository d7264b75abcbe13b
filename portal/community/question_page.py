"""What the page of a question shows, ready for its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cms.community import queries
from cms.community.models import Answer, Question
from cms.community.policies import Action, can
from cms.guidance.models import ArticlePage
from portal.community.presenters import (
    Mark,
    address_of,
    answers_in_words,
    hidden_mark,
    me_toos_in_words,
    person_name,
    reachable,
    state_mark,
)


@dataclass(frozen=True, kw_only=True)
class ShownAnswer:
    """One answer, with what the reader may do to it."""

    pk: int
    author: str
    html: str
    language: str
    at: datetime
    is_accepted: bool
    team: str
    confirmed_at: datetime | None
    votes: int
    has_voted: bool
    hidden: Mark | None
    hidden_reason: str
    may_vote: bool
    may_accept: bool
    may_withdraw: bool
    may_confirm: bool
    may_hide: bool
    may_restore: bool


@dataclass(frozen=True, kw_only=True)
class LinkedArticle:
    """The article of the guidance that answers the question."""

    title: str
    address: str
    language: str


@dataclass(frozen=True, kw_only=True)
class ShownQuestion:
    """The question, its answers, and what the reader may do to it."""

    pk: int
    title: str
    html: str
    language: str
    product: str
    product_slug: str
    author: str
    at: datetime
    address: str
    state: Mark
    me_toos: str
    wonders_too: bool
    hidden: Mark | None
    hidden_reason: str
    article: LinkedArticle | None
    answers_line: str
    lifted: Sequence[ShownAnswer]
    others: Sequence[ShownAnswer]
    may_answer: bool
    may_me_too: bool
    may_hide: bool
    may_restore: bool


def shown_question(question: Question, user) -> ShownQuestion:
    """The page's content for this person, who has been let in already."""
    answers = queries.answers_of(question, user)
    voted = queries.voted_answers(question, user)
    shown = [_answer(answer, question, user, voted) for answer in answers]
    lifted = [each for each in shown if (each.is_accepted or each.team) and not each.hidden]
    visitor = not user.is_authenticated
    return ShownQuestion(
        pk=question.pk,
        title=question.title,
        html=reachable(question.html),
        language=question.language,
        product=question.product.name,
        product_slug=question.product.slug,
        author=person_name(question.asker),
        at=question.asked_at,
        address=address_of(question),
        state=state_mark(question),
        me_toos=me_toos_in_words(question.me_too_count),
        wonders_too=queries.wonders_too(question, user),
        hidden=hidden_mark() if question.is_hidden else None,
        hidden_reason=question.hidden_reason,
        article=_article(question, user),
        answers_line=answers_in_words(question.answer_count),
        lifted=lifted,
        others=[each for each in shown if each not in lifted],
        # A visitor meets the same buttons, and signs in on the way.
        may_answer=visitor or can(user, Action.ANSWER, question),
        may_me_too=visitor or can(user, Action.ME_TOO, question),
        may_hide=can(user, Action.HIDE, question),
        may_restore=can(user, Action.RESTORE, question),
    )


def _answer(answer: Answer, question: Question, user, voted: frozenset[int]) -> ShownAnswer:
    answer.question = question
    accepted = answer.pk == question.accepted_answer_id
    may_accept = can(user, Action.ACCEPT, answer)
    return ShownAnswer(
        pk=answer.pk,
        author=person_name(answer.author),
        html=reachable(answer.html),
        language=answer.language,
        at=answer.answered_at,
        is_accepted=accepted,
        team=answer.official_team.name if answer.official_team else "",
        confirmed_at=answer.confirmed_at,
        votes=answer.vote_count,
        has_voted=answer.pk in voted,
        hidden=hidden_mark() if answer.is_hidden else None,
        hidden_reason=answer.hidden_reason,
        may_vote=not user.is_authenticated or can(user, Action.VOTE, answer),
        may_accept=may_accept and not accepted,
        may_withdraw=may_accept and accepted,
        may_confirm=can(user, Action.CONFIRM, answer),
        may_hide=can(user, Action.HIDE, answer),
        may_restore=can(user, Action.RESTORE, answer),
    )


def _article(question: Question, user) -> LinkedArticle | None:
    """The linked article, when there is one this person may read."""
    if question.article_id is None:
        return None
    rows = ArticlePage.objects.live().visible_to(user).defer("body")
    page = rows.filter(pk=question.article_id).first()
    if page is None:
        return None
    return LinkedArticle(title=page.title, address=page.get_url() or "", language=page.language)
