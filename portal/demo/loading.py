"""The whole sample, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from django.conf import settings

from accounts.models import User
from accounts.sample import load_teams
from cms.community.sample import People, load_questions
from cms.guidance.sample import load_articles
from cms.guidance.setup import ensure_site
from dispatch import outbox
from dispatch.outbox import history
from portal.demo.cast import read_cast
from portal.demo.families import read_families
from portal.demo.models import SampleCase
from portal.demo.people import PASSWORD, load_organisations, load_people
from portal.demo.present import loaded_at, present
from portal.demo.telling import Teller, World, tell_all
from portal.demo.timetable import HISTORY, Source, Telling
from portal.demo.timetable import history as history_of
from portal.demo.words import Words
from taxonomy.sample import load_taxonomy
from triage.sla.service_model import current_service_model
from triage.tickets.clocks import sweep
from triage.tickets.models import Ticket
from triage.tickets.sample import load_reply_templates

Say = Callable[[str], None]


def sample_folder() -> Path:
    """Where the sample's files lie."""
    return settings.BASE_DIR / "sample"


def load_everything(*, as_of: datetime, say: Say, password: str = PASSWORD) -> None:
    """Load the sample as it is at `as_of`; what is there already is kept or brought up to date."""
    with history():
        _load_content(as_of, say, password)
    say(f"cases: {load_cases(as_of=as_of, say=say)} with something new")


def _load_content(as_of: datetime, say: Say, password: str) -> None:
    sample = sample_folder()
    ensure_site()
    say(f"vocabulary: {load_taxonomy(sample / 'taxonomy.yaml')} entries")
    say(f"teams: {load_teams(sample / 'teams.yaml')}")
    say(f"organisations: {load_organisations(sample / 'organisations.yaml')}")
    people = load_people(sample / "people.yaml", as_of=as_of, password=password)
    say(f"people: {people} new")
    current_service_model(as_of)
    say(f"articles: {load_articles(sample / 'articles', as_of)}")
    say(f"reply templates: {load_reply_templates(sample / 'reply_templates.yaml')}")
    questions = load_questions(sample / "questions.yaml", as_of=as_of, people=community())
    say(f"community: {questions} new questions")


def load_cases(*, as_of: datetime, say: Say, back: timedelta = HISTORY) -> int:
    """Tell the cases of the time before `as_of`; returns how many had something new.

    The first time, those of the months before; later, what those already there have come to since,
    and what has come in after the last time.
    """
    sample = sample_folder()
    source = Source(
        families=read_families(sample / "tickets" / "train", sample / "solutions.yaml"),
        cast=read_cast(sample),
        hours=current_service_model(as_of).calendars["service_hours"],
    )
    teller = Teller(World(Words(sample / "case_words.yaml")), as_of=as_of)
    count = tell_all(teller, _tellings(as_of, back, source), say)
    while sweep(as_of):
        pass
    _classify_open()
    return count


def _tellings(as_of: datetime, back: timedelta, source: Source) -> Iterator[Telling]:
    """What there is to tell: everything, or what goes on and what is new."""
    times = sorted({at for key in _keys() if (at := loaded_at(key))})
    if not times:
        yield from history_of(as_of - back, as_of, source)
        yield from present(as_of, source)
        return
    going_on = {key.partition("+")[0] for key in _keys(ended=False)}
    for started, last in pairwise([times[0] - back, *times]):
        told = (*history_of(started, last, source), *present(last, source))
        yield from (telling for telling in told if telling.key in going_on)
    if as_of > times[-1]:
        yield from history_of(times[-1], as_of, source)
        yield from present(as_of, source)


def _keys(**narrow) -> list[str]:
    return list(SampleCase.objects.filter(**narrow).values_list("key", flat=True))


def _classify_open() -> None:
    """Ask for predictions for the open cases: what came in as history left no row behind."""
    mine = SampleCase.objects.filter(ticket__in=Ticket.objects.open())
    for pk in mine.values_list("ticket", flat=True):
        outbox.put("classify", {"ticket": pk}, key=f"{pk}.1")


def community() -> People:
    """Who stands behind the sample's posts: members outside the owner, and the owner's teams."""
    sample = User.objects.filter(email__endswith=".example")
    outside = sample.filter(teams__isnull=True, groups__isnull=True)
    staff = sample.filter(teams__isnull=False).distinct()
    return People(community=list(outside.order_by("pk")), staff=list(staff.order_by("pk")))
