"""Loads the sample questions through the same services as everybody else uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import chain
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from accounts.models import Team, User
from cms.community import digests, drafts, files, notices, services
from cms.community.linking import link_article
from cms.community.members import member_of
from cms.community.models import (
    Answer,
    CommunityEvent,
    Hint,
    Member,
    Notice,
    PostDraft,
    Question,
    Subscription,
)
from markup.written import read_yaml
from taxonomy.models import AccessPackage, Product, Topic
from taxonomy.sample import URN

READ_AFTER = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class People:
    """Who stands behind the sample posts: users outside the owner, and members of its teams.

    `teams` gives the team that answers for a product, both by slug.
    """

    community: Sequence[User]
    staff: Sequence[User]
    teams: Mapping[str, str] = field(default_factory=dict)

    def named(self, first_name: str) -> User:
        """The community member with this first name, else one chosen by it, always the same."""
        for person in self.community:
            if person.display_name.split(" ")[0] == first_name:
                return person
        return self.community[_number(first_name, len(self.community))]

    def member(self, key: str, *, not_this: User) -> User:
        """Somebody of the community other than this one, always the same for a key."""
        able = [person for person in self.community if person != not_this]
        return able[_number(key, len(able))]

    def expert(self, product: Product, key: str) -> tuple[User, Team]:
        """One of the team that answers for the product, else any of the staff; and the team."""
        of_teams = [(person, team) for person in self.staff for team in person.teams.all()]
        slug = self.teams.get(product.slug)
        able = [pair for pair in of_teams if pair[1].slug == slug] or of_teams
        return able[_number(key, len(able))]


class SampleError(Exception):
    """A sample question names something that does not exist; load the vocabulary first."""


def load_questions(path: Path, *, as_of: datetime, people: People) -> int:
    """Load the questions of a file that are not there yet; returns how many that was.

    Times are counted backwards from `as_of`. A question that is there keeps everything but its
    article, which is linked once the article exists. Raises SampleError.
    """
    for person in (*people.community, *people.staff):
        _make_known(person, as_of)
    entries = read_yaml(Path(path).read_text(encoding="utf-8"))
    entries.sort(key=lambda entry: -entry["asked_days_ago"])
    for written in chain.from_iterable(entry["answers"] for entry in entries):
        if "picture" in written:
            written["picture"]["path"] = Path(path).parent / "pictures" / written["picture"]["file"]
    return sum(_load(entry, as_of=as_of, people=people) for entry in entries)


@transaction.atomic
def load_notices(*, as_of: datetime, people: People) -> int:
    """Tell on the site, and by no mail, of what has happened lately; returns how many were told.

    What is older than some days counts as read. One of the community gets a digest every week.
    Call within `dispatch.outbox.history`.
    """
    before = Notice.objects.count()
    events = CommunityEvent.objects.filter(at__gt=as_of - notices.TOLD_WITHIN, at__lte=as_of)
    for pk in events.order_by("at", "pk").values_list("pk", flat=True):
        notices.tell_of(event_id=pk, now=as_of)
    Notice.objects.filter(at__lte=as_of - READ_AFTER, read_at__isnull=True).update(read_at=as_of)
    reader = people.community[0]
    if not Subscription.objects.filter(user=reader).exists():
        digests.subscribe(user=reader, rhythm="weekly", products=[], audiences=[], now=as_of)
    return Notice.objects.count() - before


@transaction.atomic
def load_hints(path: Path) -> int:
    """Load the hints of a file for each product that has none yet; returns how many are new."""
    data = read_yaml(Path(path).read_text(encoding="utf-8"))
    made = 0
    for slug, names in data["products"].items():
        product = Product.objects.filter(slug=slug).first()
        if product is None:
            raise SampleError(f"hints: no product {slug}.")
        if product.hints.exists():
            continue
        texts = [data["hints"][name] for name in names]
        Hint.objects.bulk_create(
            Hint(
                product=product,
                position=10 * number,
                text_nb=text["nb"],
                text_nn=text["nn"],
                text_en=text["en"],
            )
            for number, text in enumerate(texts, start=1)
        )
        made += len(texts)
    return made


def _make_known(person: User, now: datetime) -> None:
    """Those of the sample have been here for a while: the guard holds back nothing of theirs."""
    member = member_of(person, now=now - timedelta(days=400))
    Member.objects.filter(pk=member.pk).update(trust=Member.Trust.KNOWN)


@transaction.atomic
def _load(entry: Mapping, *, as_of: datetime, people: People) -> bool:
    key = f"sample:{entry['slug']}"
    question = Question.objects.filter(form_key=key[:64]).first()
    made = question is None
    if made:
        question = _ask(entry, key, as_of=as_of, people=people)
        for number, written in enumerate(entry["answers"]):
            _answer(question, written, f"{key}:{number}", as_of=as_of, people=people)
        _wonder_too(question, people, now=as_of)
    _link_article(question, entry["article"], key, as_of=as_of, people=people)
    return made


def _ask(entry: Mapping, key: str, *, as_of: datetime, people: People) -> Question:
    product = Product.objects.filter(slug=entry["product"]).first()
    topic = Topic.objects.filter(slug=entry["topic"], product=product).first()
    if product is None or topic is None:
        raise SampleError(f"{entry['slug']}: no {entry['product']}/{entry['topic']}.")
    wanted = [f"{URN}{name}" for name in entry.get("packages", ())]
    packages = list(AccessPackage.objects.filter(urn__in=wanted))
    if len(packages) != len(wanted):
        raise SampleError(f"{entry['slug']}: no access package among {', '.join(wanted)}.")
    return services.ask_question(
        by=people.named(entry["asker"]),
        title=entry["title"],
        body=entry["body"],
        language=entry["language"],
        product=product,
        topics=[topic],
        access_packages=packages,
        form_key=key[:64],
        now=_working_time(as_of - timedelta(days=entry["asked_days_ago"]), key, as_of),
    )


def _answer(
    question: Question, written: Mapping, key: str, *, as_of: datetime, people: People
) -> Answer:
    if written["by"] == "staff":
        by, team = people.expert(question.product, key)
    else:
        by, team = people.member(key, not_this=question.asker), None
    day = question.asked_at + timedelta(days=written["days_after"])
    at = _working_time(day, key, as_of)
    if at <= question.asked_at:
        at = min(question.asked_at + timedelta(minutes=40), as_of)
    draft = _with_picture(written, question, by, key, at) if "picture" in written else None
    words = {"question": question, "by": by, "body": written["body"], "draft": draft, "now": at}
    if written["official"]:
        answer = services.give_official_answer(team=team, **words)
    else:
        answer = services.answer_question(**words)
    if written["accepted"]:
        services.accept_answer(answer=answer, by=question.asker, now=at)
    for voter in _some(people.community, key):
        if voter != by:
            services.vote(answer=answer, by=voter, now=at)
    return answer


def _with_picture(
    written: Mapping, question: Question, by: User, key: str, at: datetime
) -> PostDraft:
    """The picture of an answer in a draft, from which the answer takes it along."""
    draft = drafts.save_draft(
        key=uuid5(NAMESPACE_URL, f"veiviser:{key}"),
        values={},
        now=at,
        user=by,
        purpose=PostDraft.Purpose.ANSWER,
        question=question,
    )
    picture = written["picture"]
    upload = ContentFile(picture["path"].read_bytes(), name=picture["file"])
    files.add_file(draft=draft, upload=upload, alt=picture["alt"], by=by, now=at)
    return draft


def _wonder_too(question: Question, people: People, *, now: datetime) -> None:
    for person in _some(people.community, question.form_key):
        if person != question.asker:
            services.me_too(question=question, by=person, now=now)


def _link_article(
    question: Question, slug: str | None, key: str, *, as_of: datetime, people: People
) -> None:
    """Tie the question to the article that answers it, when that article is there."""
    if not slug or question.article_id:
        return
    page = Page.objects.filter(slug=slug, live=True).first()
    if page is not None:
        by, _team = people.expert(question.product, key)
        link_article(question=question, article=page, by=by, now=as_of)


def _working_time(day: datetime, key: str, as_of: datetime) -> datetime:
    """A moment of the day between 8 and 15, the same for the same key, never after `as_of`."""
    minutes = _number(key, 7 * 60)
    local = timezone.localtime(day).date()
    moment = timezone.make_aware(datetime.combine(local, time(8)) + timedelta(minutes=minutes))
    return min(moment, as_of)


def _some(people: Sequence[User], key: str) -> Sequence[User]:
    """Up to a third of the people, always the same for the same key."""
    start = _number(key, len(people))
    return (*people[start:], *people[:start])[: _number(f"{key} many", len(people) // 3 + 1)]


def _number(key: str, below: int) -> int:
    """A number from 0 up to `below`, decided by the key."""
    return crc32(key.encode()) % below
