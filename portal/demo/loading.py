"""The whole sample, step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from accounts.models import User
from accounts.sample import load_teams
from cms.community.sample import People, load_questions
from cms.guidance.sample import load_articles
from cms.guidance.setup import ensure_site
from portal.demo.people import PASSWORD, load_organisations, load_people
from taxonomy.sample import load_taxonomy
from triage.sla.service_model import current_service_model
from triage.tickets.sample import load_reply_templates

Say = Callable[[str], None]


def sample_folder() -> Path:
    """Where the sample's files lie."""
    return settings.BASE_DIR / "sample"


def load_everything(*, as_of: datetime, say: Say, password: str = PASSWORD) -> None:
    """Load the sample as it is at `as_of`; what is there already is kept or brought up to date."""
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


def community() -> People:
    """Who stands behind the sample's posts: members outside the owner, and the owner's teams."""
    outside = User.objects.filter(
        teams__isnull=True, groups__isnull=True, email__endswith=".example"
    )
    staff = User.objects.filter(teams__isnull=False, email__endswith=".example").distinct()
    return People(community=list(outside.order_by("pk")), staff=list(staff.order_by("pk")))
