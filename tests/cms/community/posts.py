"""People of the community, and questions in each state, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Team, User
from accounts.roles import Group
from cms.community import moderation, services
from cms.community.members import member_of
from cms.community.models import Answer, Follow, Member, Question
from taxonomy.models import Product
from tests.factories import make_product, make_team, make_user

ROLES = ("visitor", "member", "asker", "answerer", "staff", "other_staff", "moderator")
STATES = ("open", "answered", "official", "solved", "hidden_question", "hidden_answer")
HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class People:
    """One person in each role; `staff` works in `team`, `other_staff` in another."""

    visitor: AnonymousUser
    member: User
    asker: User
    answerer: User
    staff: User
    other_staff: User
    moderator: User
    team: Team


def make_people() -> People:
    """Somebody in each role."""
    team = make_team(slug="team-innlogging", name="Team Innlogging")
    return People(
        visitor=AnonymousUser(),
        member=make_user(name="Mari Medlem"),
        asker=make_user(name="Ask Spør"),
        answerer=make_user(name="Svanhild Svarer"),
        staff=make_user(name="Stine Stab", teams=(team,)),
        other_staff=make_user(name="Arne Annen", teams=(make_team(),)),
        moderator=make_user(name="Moa Moderator", groups=(Group.MODERATOR,)),
        team=team,
    )


def known(user: User) -> User:
    """The person, known by what they have done before: the guard lets them write freely."""
    member = member_of(user, now=timezone.now())
    Member.objects.filter(pk=member.pk).update(trust=Member.Trust.KNOWN)
    return user


def asked(by: User, *, product: Product | None = None, at: datetime | None = None, **fields):
    """A published question."""
    values = {
        "title": "Hvordan får vi token med to scopes?",
        "body": "Vi får `invalid_scope`.",
        "language": "nb",
        "product": product or make_product(),
        "now": at or timezone.now() - 10 * HOUR,
        **fields,
    }
    return services.ask_question(by=by, **values)


def answered(question: Question, by: User, *, team: Team | None = None, **fields) -> Answer:
    """An answer to the question, an official one when a team is given."""
    values = {"body": "Be om begge i samme kall.", "now": question.asked_at + HOUR, **fields}
    if team:
        return services.give_official_answer(question=question, by=by, team=team, **values)
    return services.answer_question(question=question, by=by, **values)


def in_state(state: str, people: People) -> tuple[Question, Answer | None]:
    """A question in the state, and its answer when it has one; both as the database has them."""
    question = asked(known(people.asker))
    if state == "open":
        return Question.objects.get(pk=question.pk), None
    if state == "official":
        answer = answered(question, people.staff, team=people.team)
    else:
        answer = answered(question, people.answerer)
    at = question.asked_at + 2 * HOUR
    if state == "solved":
        services.accept_answer(answer=answer, by=people.asker, now=at)
    if state == "hidden_question":
        moderation.hide(post=question, by=people.moderator, reason="Reklame", now=at)
    if state == "hidden_answer":
        moderation.hide(post=answer, by=people.moderator, reason="Uvennlig", now=at)
    found = Answer.objects.select_related("question").get(pk=answer.pk)
    return found.question, found


def follows(user: User, question: Question) -> bool:
    """Whether the person hears of the thread."""
    return Follow.objects.filter(user=user, question=question, stopped_at__isnull=True).exists()
