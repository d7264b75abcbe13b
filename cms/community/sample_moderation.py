"""Something for the sample's moderators to look at: a report, a held question, a settled one."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from cms.community import flags, moderation, services
from cms.community.models import Answer, Flag, HeldFor, Member, Question
from cms.community.sample import People

HOUR = timedelta(hours=1)


def load_moderation(*, as_of: datetime, people: People, moderator: User) -> int:
    """Load what waits for a moderator, once; returns how many posts that is."""
    if Flag.objects.exists() or len(people.community) < 3:
        return 0
    answers = Answer.objects.public().filter(official_team__isnull=True, answered_at__lt=as_of)
    posts = list(answers.select_related("question", "author").order_by("-answered_at", "-pk")[:2])
    question = Question.objects.public().filter(asked_at__lt=as_of).order_by("-asked_at").first()
    if len(posts) < 2 or question is None:
        return 0
    newer, older = posts
    _report(newer, people, "wrong", "Lenken i svaret virker ikke lenger.", at=as_of - 20 * HOUR)
    _report(older, people, "misplaced", "Dette handler vel om noe annet?", at=as_of - 45 * HOUR)
    moderation.dismiss_flags(post=older, by=moderator, now=as_of - 41 * HOUR)
    _hold_one(question, people, as_of - 5 * HOUR)
    return 2


def _report(answer: Answer, people: People, reason: str, comment: str, *, at: datetime) -> None:
    reporter = people.member(f"melder {answer.pk}", not_this=answer.author)
    flags.flag(post=answer, by=reporter, reason=reason, comment=comment, now=at)


def _hold_one(like: Question, people: People, at: datetime) -> None:
    """A question with a link, which a moderator is to see before others do."""
    newcomer = next(
        (user for user in reversed(people.community) if not _has_written(user)),
        people.community[-1],
    )
    Member.objects.filter(user=newcomer).update(trust=Member.Trust.NEW)
    held = services.ask_question(
        by=newcomer,
        title="Finnes det en ferdig mal for samtykkeskjema?",
        body=(
            "Jeg fant [en mal hos en leverandør](https://maler.eksempel.example/samtykke), men "
            "vet ikke om vi kan bruke den. Har noen en bedre?"
        ),
        language="nb",
        product=like.product,
        now=at,
    )
    if not held.is_held:
        moderation.hold(question=held, post=held, held_for=HeldFor.LINKS, now=at)


def _has_written(user: User) -> bool:
    return user.questions.exists() or user.answers.exists()
