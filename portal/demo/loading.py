"""The whole sample, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.roles import Group
from accounts.sample import load_teams
from cms.community.sample import People, load_hints, load_notices, load_questions
from cms.community.sample_moderation import load_moderation
from cms.guidance.sample import load_articles
from cms.guidance.setup import ensure_site
from cms.search_tools.sample import load_search_words
from dispatch import outbox
from dispatch.outbox import history
from portal.bridges.sample import load_bridges
from portal.demo.afterwards import load_afterwards
from portal.demo.bulk import Filler
from portal.demo.cast import read_cast
from portal.demo.families import read_families
from portal.demo.feedback import load_feedback
from portal.demo.models import SampleCase, SampleLoad
from portal.demo.people import load_organisations, load_people
from portal.demo.present import present, present_key, state_of
from portal.demo.reports import load_reports
from portal.demo.rules import change_promises, load_terms
from portal.demo.searches import load_searches
from portal.demo.suggested import load_suggested
from portal.demo.telling import TEAM_FOR, Teller, World, tell_all
from portal.demo.timetable import HISTORY, Source, Telling
from portal.demo.timetable import history as history_of
from portal.demo.words import Words
from taxonomy.sample import load_taxonomy
from triage.sla.service_model import current_service_model
from triage.tickets.models import Ticket
from triage.tickets.sample import load_reply_templates
from triage.tickets.sweeping import sweep

Say = Callable[[str], None]


def sample_folder() -> Path:
    """Where the sample's files lie."""
    return settings.BASE_DIR / "sample"


def load_sample(*, as_of: datetime, say: Say, refresh: bool = False) -> SampleLoad:
    """Load the sample as it is at `as_of`, once; a load that was cut off is gone on with.

    With `refresh`, cases of a finished sample go on until `as_of` and new ones come in; all other
    content, and every case a person has worked on since, is left as it is. Raises LoadedLater.
    """
    load = SampleLoad.objects.order_by("as_of").last()
    if load is not None and load.finished_at and refresh:
        if as_of <= load.as_of:
            raise LoadedLater(f"The sample is loaded up to {load.as_of:%Y-%m-%d %H:%M} already.")
        load = None
    if load is not None and load.finished_at:
        say("the sample is there already; --refresh moves it forward")
        return load
    if load is None:
        load = SampleLoad.objects.create(as_of=as_of)
    if not SampleLoad.objects.filter(as_of__lt=load.as_of).exists():
        with history():
            _load_content(load.as_of, say)
    load_cases(as_of=load.as_of, say=say)
    say(f"afterwards: {load_afterwards(as_of=load.as_of)} ratings")
    with history():
        say(f"suggestions: {load_suggested(as_of=load.as_of)} lessons")
        say(f"bridges: {load_bridges(as_of=load.as_of)} new")
        say(f"moderation: {_load_moderation(load.as_of)} posts wait")
        say(f"notices: {load_notices(as_of=load.as_of, people=community())} new")
    say(f"reports: {load_reports(as_of=load.as_of)} missed deadlines explained")
    _tell_planner()
    SampleLoad.objects.filter(pk=load.pk).update(finished_at=timezone.now())
    return load


def _tell_planner() -> None:
    """Let PostgreSQL count what has come in: made blindly, a plan of a report can take minutes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


class LoadedLater(Exception):
    """The sample cannot be moved back; the message says up to when it is loaded."""


def _load_content(as_of: datetime, say: Say) -> None:
    sample = sample_folder()
    ensure_site()
    say(f"vocabulary: {load_taxonomy(sample / 'taxonomy.yaml')} entries")
    say(f"teams: {load_teams(sample / 'teams.yaml')}")
    say(f"organisations: {load_organisations(sample / 'organisations.yaml')}")
    people = load_people(sample / "people.yaml", as_of=as_of)
    say(f"people: {people} new")
    current_service_model(as_of)
    say(f"terms: {load_terms(sample / 'terms.yaml', as_of=as_of)} new")
    change_promises(as_of=as_of)
    say(f"articles: {load_articles(sample / 'articles', as_of)}")
    say(f"search words: {load_search_words(sample / 'search_words.yaml')} new")
    say(f"searches: {load_searches(sample / 'searches.yaml', as_of=as_of)}")
    say(f"reply templates: {load_reply_templates(sample / 'reply_templates.yaml')}")
    say(f"hints: {load_hints(sample / 'hints.yaml')} new")
    questions = load_questions(sample / "questions.yaml", as_of=as_of, people=community())
    say(f"community: {questions} new questions")
    say(f"page feedback: {load_feedback(Words(sample / 'case_words.yaml'), as_of=as_of)}")


def load_cases(*, as_of: datetime, say: Say) -> None:
    """Tell the cases of the time before `as_of`.

    The first time, those of the months before; later, what those already there have come to since,
    and what has come in after the last time.
    """
    source, world = sources(as_of)
    teller = Teller(world, as_of=as_of)
    earlier = list(SampleLoad.objects.filter(as_of__lt=as_of).order_by("as_of"))
    times = [load.as_of for load in earlier]
    if times:
        tell_all(teller, _going_on(times, source), say)
    tell_all(teller, _new(times[-1] if times else as_of - HISTORY, as_of, source), say)
    with history():
        sweep(as_of)
    _classify_open()


def sources(as_of: datetime) -> tuple[Source, World]:
    """What sample cases are made from: texts and people of the files, rows of the database."""
    sample = sample_folder()
    source = Source(
        families=read_families(sample / "tickets" / "train", sample / "solutions.yaml"),
        cast=read_cast(sample),
        hours=current_service_model(as_of).calendars["service_hours"],
    )
    return source, World(Words(sample / "case_words.yaml"))


def _going_on(times: list[datetime], source: Source) -> Iterator[Telling]:
    """The tellings of earlier loads that had not come to their end."""
    keys = SampleCase.objects.filter(ended=False).values_list("key", flat=True)
    going_on = {key.partition("#")[0] for key in keys}
    for started, last in pairwise([times[0] - HISTORY, *times]):
        for telling in (*history_of(started, last, source), *present(last, source)):
            if telling.key in going_on:
                yield telling


def _new(since: datetime, as_of: datetime, source: Source) -> list[Telling]:
    """What has come in since, and open cases for each state that has too few left."""
    there = SampleCase.objects.filter(ticket__in=Ticket.objects.open())
    earlier = there.exclude(key__startswith=present_key(as_of))
    left = Counter(state_of(key) for key in earlier.values_list("key", flat=True))
    new = list(history_of(since, as_of, source))
    for telling in present(as_of, source):
        state = state_of(telling.key)
        if left[state]:
            left[state] -= 1
        else:
            new.append(telling)
    return new


def fill_up(total: int, *, as_of: datetime, say: Say) -> int:
    """Write cases in bulk until there are `total`; returns how many that was."""
    source, world = sources(as_of)
    count = Filler(world, source, as_of=as_of).fill(total, say)
    with history():
        sweep(as_of)
    return count


def _classify_open() -> None:
    """Ask for predictions for the open cases: what came in as history left no row behind."""
    mine = SampleCase.objects.filter(ticket__in=Ticket.objects.open())
    for pk in mine.values_list("ticket", flat=True):
        outbox.put("classify", {"ticket": pk}, key=f"{pk}.1")


def _load_moderation(as_of: datetime) -> int:
    moderator = User.objects.filter(groups__name=Group.MODERATOR).order_by("pk").first()
    if moderator is None:
        return 0
    return load_moderation(as_of=as_of, people=community(), moderator=moderator)


def community() -> People:
    """Who stands behind the sample's posts: members outside the owner, and the owner's teams."""
    sample = User.objects.filter(email__endswith=".example")
    outside = sample.filter(teams__isnull=True, groups__isnull=True)
    staff = sample.filter(teams__isnull=False).distinct().order_by("pk")
    return People(
        community=list(outside.order_by("pk")),
        staff=list(staff.prefetch_related("teams")),
        teams=TEAM_FOR,
    )
