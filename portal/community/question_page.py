"""What the page of a question shows, ready for its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from cms.community import queries
from cms.community.anchors import anchor_of
from cms.community.models import Answer, PostFile, Question
from cms.community.policies import Action, author_id_of, can
from cms.community.queries import Tag
from cms.guidance.models import ArticlePage
from portal.bridges.tools import Tools
from portal.bridges.tools import tools_for as bridges_for
from portal.community.presenters import (
    Mark,
    Person,
    address_of,
    answers_in_words,
    me_toos_in_words,
    person,
    reachable,
    sight_mark,
    state_mark,
)
from portal.community.uploading import ShownFile, beneath
from portal.moderation.tools import PostTools, ThreadTools
from portal.moderation.tools import tools_for as moderation_for
from portal.selfservice.carrying import appeal_address


@dataclass(frozen=True, kw_only=True)
class ShownPost:
    """What questions and answers show alike."""

    pk: int
    author: Person
    html: str
    language: str
    at: datetime
    edited_at: datetime | None
    sight: Mark | None
    hidden_reason: str
    appeal: str
    is_withdrawn: bool
    files: Sequence[ShownFile]
    may_edit: bool
    may_withdraw_post: bool
    may_see_history: bool
    moderation: PostTools


@dataclass(frozen=True, kw_only=True)
class ShownAnswer(ShownPost):
    """One answer, with what the reader may do to it."""

    is_accepted: bool
    team: str
    confirmed_at: datetime | None
    votes: int
    has_voted: bool
    may_vote: bool
    may_accept: bool
    may_withdraw: bool
    may_confirm: bool


@dataclass(frozen=True, kw_only=True)
class FollowButton:
    """What the button on the page of a question says."""

    question_id: int
    is_signed_in: bool
    follows: bool


@dataclass(frozen=True, kw_only=True)
class LinkedArticle:
    """The article of the guidance that answers the question."""

    title: str
    address: str
    language: str


@dataclass(frozen=True, kw_only=True)
class TagLink:
    """A tag, with the list of everything it stands on."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class ShownQuestion(ShownPost):
    """The question, its answers, and what the reader may do to it."""

    title: str
    product: str
    product_slug: str
    address: str
    state: Mark
    tags: Sequence[TagLink]
    closed_at: datetime | None
    closed_reason: str
    me_toos: str
    wonders_too: bool
    article: LinkedArticle | None
    answers_line: str
    lifted: Sequence[ShownAnswer]
    others: Sequence[ShownAnswer]
    may_answer: bool
    may_me_too: bool
    may_retag: bool
    follow_button: FollowButton
    bridges: Tools
    page: int
    next_page: str


def shown_question(
    question: Question, user, *, page: int = 1, holding: int | None = None
) -> ShownQuestion:
    """The page's content for this person, who has been let in already.

    Of many answers one page: that of the number, or the one that holds an answer.
    """
    answer_page = queries.page_of_answers(question, user, number=page, holding=holding)
    answers = answer_page.answers
    tools = moderation_for(question, user, answers)
    files = queries.files_of_thread(question) if question.has_files else {}
    shown = [_answer(answer, question, user, tools, files.get(answer.pk, [])) for answer in answers]
    lifted = [each for each in shown if (each.is_accepted or each.team) and not each.sight]
    return ShownQuestion(
        **_post(question, user, tools.question, files.get(None, [])),
        author=person(question.asker, user),
        at=question.asked_at,
        title=question.title,
        product=question.product.name,
        product_slug=question.product.slug,
        address=address_of(question),
        state=state_mark(question),
        tags=tag_links(question),
        closed_at=question.closed_at,
        closed_reason=question.closed_reason,
        me_toos=me_toos_in_words(question.me_too_count),
        wonders_too=question.is_wondered,
        article=_article(question, user),
        answers_line=answers_in_words(question.answer_count),
        lifted=lifted,
        others=[each for each in shown if each not in lifted],
        # A visitor meets the same buttons, and signs in on the way.
        may_answer=_visitor_may(question, user) or can(user, Action.ANSWER, question),
        may_me_too=not user.is_authenticated or can(user, Action.ME_TOO, question),
        may_retag=can(user, Action.RETAG, question),
        follow_button=FollowButton(
            question_id=question.pk,
            is_signed_in=user.is_authenticated,
            follows=question.is_followed,
        ),
        bridges=bridges_for(question, user),
        page=answer_page.number,
        next_page=f"?page={answer_page.number + 1}" if answer_page.has_more else "",
    )


def _visitor_may(question: Question, user) -> bool:
    return not user.is_authenticated and not question.is_closed


def _post(
    post: Question | Answer, user, tools: PostTools, files: Sequence[PostFile]
) -> dict[str, object]:
    return {
        "pk": post.pk,
        "html": reachable(post.html),
        "language": post.language,
        "edited_at": post.edited_at,
        "sight": sight_mark(post),
        "hidden_reason": post.hidden_reason,
        "appeal": _appeal(post) if post.hidden_reason and author_id_of(post) == user.pk else "",
        "is_withdrawn": post.withdrawn_at is not None,
        "files": beneath(files, post.html),
        "may_edit": can(user, Action.EDIT, post),
        "may_withdraw_post": can(user, Action.WITHDRAW, post),
        "may_see_history": bool(post.edited_at) and can(user, Action.SEE_HISTORY, post),
        "moderation": tools,
    }


def _appeal(post: Question | Answer) -> str:
    if isinstance(post, Question):
        return appeal_address(address_of(post))
    return appeal_address(address_of(post.question) + anchor_of(post.question, post.pk))


def _answer(
    answer: Answer,
    question: Question,
    user,
    tools: ThreadTools,
    files: Sequence[PostFile],
) -> ShownAnswer:
    answer.question = question
    accepted = answer.pk == question.accepted_answer_id
    may_accept = can(user, Action.ACCEPT, answer)
    return ShownAnswer(
        **_post(answer, user, tools.answers[answer.pk], files),
        author=person(answer.author, user),
        at=answer.answered_at,
        is_accepted=accepted,
        team=answer.official_team.name if answer.official_team else "",
        confirmed_at=answer.confirmed_at,
        votes=answer.vote_count,
        has_voted=answer.is_voted,
        may_vote=not user.is_authenticated or can(user, Action.VOTE, answer),
        may_accept=may_accept and not accepted,
        may_withdraw=may_accept and accepted,
        may_confirm=can(user, Action.CONFIRM, answer),
    )


def tag_links(question: Question) -> list[TagLink]:
    """The topics and access packages of a question, each leading to its list."""
    return [
        TagLink(name=tag.name, address=f"{reverse('community')}?{urlencode(_query(question, tag))}")
        for tag in queries.tags_of(question)
    ]


def _query(question: Question, tag: Tag) -> dict[str, str]:
    if tag.is_topic:
        return {"product": question.product.slug, "topic": tag.key}
    return {"package": tag.key}


def _article(question: Question, user) -> LinkedArticle | None:
    """The linked article, when there is one this person may read."""
    if question.article_id is None:
        return None
    rows = ArticlePage.objects.live().visible_to(user).defer("body")
    page = rows.filter(pk=question.article_id).first()
    if page is None:
        return None
    return LinkedArticle(title=page.title, address=page.get_url() or "", language=page.language)
