"""What came after the sample cases: ratings, links in answers, reviews, assessments, readings.

Written in bulk, since they are many, but as the services would write them. The same ones every
time, whatever numbers the cases got: chance goes by moments. What is there already stays.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from accounts.models import Team, User
from accounts.roles import Line
from cms.guidance.models import ArticlePage
from portal.demo.timetable import chance_for
from triage.oversight import reviews
from triage.oversight.models import (
    Assessment,
    Criterion,
    Rating,
    Reading,
    ReviewedAnswer,
    ReviewSample,
    UsedArticle,
)
from triage.sla.months import month_of
from triage.suggestions.models import Effect
from triage.tickets.models import Message, Ticket, TicketEvent
from triage.tickets.redact import redacted

MASKED = 0.04  # of what requesters write
SYNTHETIC = "13097248022"  # a number that belongs to nobody
ANSWER_RATE = 0.42  # of those asked how it went
GRADES = ((5, 0.44), (4, 0.8), (3, 0.9), (2, 0.96), (1, 1.0))
COMMENTS = {
    "nb": (
        "Fikk svar med en gang, takk!",
        "Det tok litt tid, men svaret var godt.",
        "Klart og greit.",
    ),
    "nn": ("Takk for godt svar på nynorsk!", "Det tok litt lang tid.", "Klart og greitt."),
    "en": ("Quick and helpful.", "Took a while, but it worked."),
}
REVIEWED = (("right", 0.95), ("complete", 0.88), ("plain", 0.82)) + (
    ("standard", 0.93),
    ("friendly", 0.97),
    ("data_safe", 0.99),
)
SAMPLES = ((2, 1.0), (1, 0.6))  # months back, and how much of the sample is read
SOLVED_FORMS = 0.35  # forms that ended with a suggestion, for each that was sent


def load_afterwards(*, as_of: datetime) -> int:
    """Add what is missing up to `as_of`; returns how many ratings there are."""
    _masked()
    _ratings(as_of)
    _used_articles()
    _forms(as_of)
    _security(as_of)
    _samples(as_of)
    return Rating.objects.count()


def _masked() -> None:
    """Some had written a national identity number, which was masked as it came in."""
    firsts = Message.objects.filter(from_requester=True, masked_numbers=0)
    changed = []
    for message in firsts.select_related("ticket").order_by("pk"):
        if chance_for(f"masked {message.created_at.isoformat()}").random() < MASKED:
            clean = redacted(f"{message.body}\n\nDet gjelder {SYNTHETIC}.")
            message.body, message.masked_numbers = clean.text, clean.count
            changed.append(message)
    Message.objects.bulk_update(changed, ["body", "masked_numbers"], batch_size=100)


def _ratings(as_of: datetime) -> None:
    rows = []
    solutions = TicketEvent.objects.filter(
        kind="resolved", rating__isnull=True, ticket__requester__isnull=False
    )
    for solution in solutions.select_related("ticket").order_by("pk"):
        chance = chance_for(f"rating {solution.at.isoformat()}")
        at = solution.at + timedelta(minutes=chance.randrange(5, 2 * 24 * 60))
        if chance.random() >= ANSWER_RATE or at >= as_of:
            continue
        drawn = chance.random()
        grade = next(grade for grade, below in GRADES if drawn < below)
        words = COMMENTS[solution.ticket.language]
        comment = chance.choice(words) if chance.random() < 0.15 else ""
        rows.append(
            Rating(ticket=solution.ticket, solution=solution, grade=grade, comment=comment, at=at)
        )
    Rating.objects.bulk_create(rows, ignore_conflicts=True)


def _used_articles() -> None:
    """Articles that sample answers link to."""
    articles = {
        f"{settings.PUBLIC_URL}{page.get_url()}": page
        for page in ArticlePage.objects.live().filter(first_published_at__isnull=False)
    }
    answers = Message.objects.filter(
        from_requester=False,
        visibility="public",
        body__contains=f"{settings.PUBLIC_URL}/veiledning/",
    )
    rows = [
        UsedArticle(
            ticket_id=ticket,
            document=f"article:{page.pk}",
            published_at=page.first_published_at,
            used_at=at,
        )
        for ticket, body, at in answers.values_list("ticket", "body", "created_at")
        for address, page in articles.items()
        if address in body
    ]
    UsedArticle.objects.bulk_create(rows, ignore_conflicts=True)
    Effect.objects.bulk_create(
        [
            Effect(
                what="inserted",
                document=row.document,
                place="desk",
                once=sha256(f"sample answer {row.ticket_id} {row.used_at}".encode()).hexdigest(),
                at=row.used_at,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )


def _forms(as_of: datetime) -> None:
    """Forms with suggestions: those that became a case, and some that did not."""
    rows = []
    cases = Ticket.objects.filter(channel="portal", opened_at__lt=as_of).order_by("pk")
    for pk, opened_at in cases.values_list("pk", "opened_at"):
        chance = chance_for(f"form {opened_at.isoformat()}")
        ends = ["sent"] + (["solved"] if chance.random() < SOLVED_FORMS else [])
        ends += ["left"] if chance.random() < 0.2 else []
        for number, end in enumerate(ends):
            once = sha256(f"sample form {pk} {number}".encode()).hexdigest()
            at = opened_at - timedelta(minutes=4 + number)
            happened = ["shown"] + (["opened"] if end == "solved" or chance.random() < 0.3 else [])
            happened += [end] if end != "left" else []
            rows += [
                Effect(what=what, document="", place="ask", once=once, at=at) for what in happened
            ]
    Effect.objects.bulk_create(rows, ignore_conflicts=True)


def _security(as_of: datetime) -> None:
    """Each security case assessed by whoever handled it, who has of course opened it."""
    cases = Ticket.objects.filter(security=True, opened_at__lt=as_of - timedelta(hours=20))
    for ticket in cases.filter(assessments__isnull=True).order_by("pk"):
        handled = ticket.events.filter(actor__teams__isnull=False).order_by("at").first()
        if handled is None:
            continue
        chance = chance_for(f"assessment {ticket.opened_at.isoformat()}")
        at = min(ticket.opened_at + timedelta(hours=chance.randrange(2, 60)), as_of)
        Assessment.objects.create(
            ticket=ticket,
            by=handled.actor,
            decision=Assessment.Decision.NOT_NEEDED,
            reason="Ingen personopplysninger har kommet på avveie.",
            at=at,
        )
        Reading.objects.bulk_create(
            [
                Reading(
                    ticket=ticket,
                    user=handled.actor,
                    what=Reading.What.CASE,
                    day=timezone.localdate(handled.at),
                    at=handled.at,
                )
            ],
            ignore_conflicts=True,
        )


def _samples(as_of: datetime) -> None:
    """The samples of the last two whole months, drawn and mostly read."""
    zone = timezone.get_default_timezone()
    manager = User.objects.filter(groups__name="manager", is_active=True).order_by("pk").first()
    if manager is None:
        return
    readers = list(User.objects.filter(teams__in=Team.objects.filter(line=Line.FIRST))[:2])
    for back, read in SAMPLES:
        month = month_of(as_of, zone).plus(-back)
        if ReviewSample.objects.filter(month=str(month)).exists():
            continue
        if not reviews.answers_of(month, zone).exists():
            continue
        sample = reviews.draw(
            month=month,
            zone=zone,
            by=manager,
            size=reviews.USUAL,
            reviewers=readers,
            now=as_of,
            seed=month.year * 100 + month.number,
        )
        _read(sample, manager, read, as_of)


def _read(sample: ReviewSample, manager: User, share: float, as_of: datetime) -> None:
    answers = list(sample.answers.exclude(message__author=manager).order_by("place"))
    for answer in answers[: round(len(answers) * share)]:
        chance = chance_for(f"review {sample.month} {answer.place}")
        for criterion, likely in REVIEWED:
            setattr(answer, criterion, chance.random() < likely)
        answer.reviewer, answer.reviewed_at = manager, as_of
    ReviewedAnswer.objects.bulk_update(
        answers, [*Criterion.values, "reviewer", "reviewed_at"], batch_size=100
    )
