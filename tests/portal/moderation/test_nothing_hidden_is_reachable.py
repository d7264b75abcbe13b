"""Whatever is out of sight is found nowhere: no address, feed, search, mail, notice or count.

Each post out of sight has a word of its own that stands nowhere else. Every address of the site is
opened by those who are not let in, with every id of theirs, and none of the words is in what comes
back: at once, after the index has followed, and when the index has been left behind.
"""

import itertools
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from cms.community import (
    digest_letters,
    digests,
    editing,
    flags,
    following,
    guard,
    merging,
    moderation,
    services,
)
from cms.community.models import Answer, Notice, Question, Subscription
from cms.community.rhythm import may_leave
from dispatch.models import Mail, OutboxRow
from search.indexing import MOST_WAITING_ROWS, rebuild, waiting
from tests.cms.community.posts import answered, asked, known, make_people
from tests.cms.community.telling import deliver
from tests.contracts.world import names_and_routes
from tests.factories import make_article, make_product, make_team, make_user

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
EVERYWHERE = "tingeltangel"  # stands in every post, and in nothing else
IN_SIGHT = "blåveisengen"  # the word of the one thread everybody may read
WORDS = {
    "hidden question": "zorvakplim",
    "held question": "zorvebrund",
    "withdrawn question": "zorvidrask",
    "flagged question": "zorvoglint",
    "merged question": "zorvuhvemp",
    "hidden answer": "zorvyjatk",
    "held answer": "zorvækrol",
    "withdrawn answer": "zorvømusk",
    "answer under hidden question": "zorvånipt",
}


class World:
    """People, a product, and one thread for each way out of sight."""

    def __init__(self):
        self.now = timezone.now()
        self.people = make_people()
        self.author = known(make_user(name="Opphav Person"))
        self.answerer = known(make_user(name="Svarer Person"))
        self.reader = known(make_user(name="Leser Person"))
        self.staff = make_user(name="Stab Person", teams=(make_team(line="first"),))
        self.product = make_product(slug="altinn-test")
        self.article = make_article()
        self.threads = {}
        self.answers = {}
        digests.subscribe(
            user=self.reader,
            rhythm="daily",
            products=[],
            audiences=[],
            now=self.now - timedelta(days=3),
        )
        self.public = self._ask(IN_SIGHT)
        self.other = self._ask(f"{IN_SIGHT} igjen")
        for way, word in WORDS.items():
            self._thread(way, word)

    def _ask(self, word):
        question = asked(
            self.author,
            title=f"Hvordan virker {word}?",
            body=f"Dette er {EVERYWHERE} og {word}, sier @leser-person.",
            product=self.product,
            at=self.now - timedelta(days=1),
        )
        following.follow(user=self.reader, question=question, now=question.asked_at)
        return question

    def _thread(self, way, word):
        in_answer = "answer" in way
        question = self._ask("noe annet" if in_answer else word)
        body = f"Svaret er {EVERYWHERE} {word if in_answer else ''}, @leser-person."
        answer = answered(question, self.answerer, body=body)
        services.accept_answer(answer=answer, by=self.author, now=self.now)
        self.threads[way], self.answers[way] = question, answer

    def take_out_of_sight(self):
        """Each in its own way, by the services."""
        by, now = self.people.moderator, self.now
        hide = {"by": by, "reason": "Reklame", "now": now}
        moderation.hide(post=self.threads["hidden question"], **hide)
        moderation.hide(post=self.answers["hidden answer"], **hide)
        moderation.hide(post=self.threads["answer under hidden question"], **hide)
        for post in (self.threads["held question"], self.answers["held answer"]):
            post = type(post).objects.get(pk=post.pk)
            question = post.question if isinstance(post, Answer) else post
            moderation.hold(question=question, post=post, held_for="links", now=now)
        for number in range(guard.FLAGS_THAT_HOLD):
            reporter = known(make_user(name=f"Melder {number}"))
            flags.flag(post=self.threads["flagged question"], by=reporter, reason="rude", now=now)
        # An asker cannot take back what others have answered: these are gone first.
        editing.withdraw_answer(answer=self.answers["withdrawn answer"], by=self.answerer, now=now)
        editing.withdraw_answer(
            answer=self.answers["withdrawn question"], by=self.answerer, now=now
        )
        editing.withdraw_question(
            question=self.threads["withdrawn question"], by=self.author, now=now
        )
        merging.merge(question=self.threads["merged question"], into=self.other, by=by, now=now)

    def readers(self):
        """Those who are let in nowhere: nobody at all, one who follows everything, and staff."""
        for user in (None, self.reader, self.staff):
            client = Client()
            if user is not None:
                client.force_login(user, BACKEND)
            client.cookies["language"] = "nb"
            yield client

    def addresses(self):
        """Every address outside the admin, with each id that could lead to something."""
        pks = [row.pk for row in (*self.threads.values(), *self.answers.values())]
        values = {
            "pk": pks,
            "ticket_id": [1],
            "slug": [*{row.slug for row in self.threads.values()}, self.product.slug],
            "handle": [user.member.handle for user in (self.author, self.answerer)],
            "kind": ["sporsmal", "svar"],
            "part": [1],
        }
        for name, route in names_and_routes().items():
            if name in ("account_logout", "set_language"):
                continue
            yield from _filled(name, route, values)
        for question in self.threads.values():
            yield reverse("community_question", args=[question.pk, question.slug])


def _filled(name, route, values):
    """The addresses of a route with every combination of values for what it takes."""
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", route)
    if not set(wanted) <= set(values) or "(?P" in route:
        return
    combinations = itertools.product(*(values[each] for each in wanted))
    for combination in itertools.islice(combinations, 60):
        try:
            yield reverse(name, args=combination)
        except NoReverseMatch:
            continue


def searches():
    """Addresses that search: for what stands everywhere, by its beginning, and written wrongly."""
    search, suggestions = reverse("search"), reverse("search_suggestions")
    community = reverse("community")
    yield f"{search}?q={EVERYWHERE}"
    yield f"{search}?q={EVERYWHERE}&kind=question"
    yield f"{suggestions}?q=tingel"
    yield f"{community}?q={EVERYWHERE}"
    for tab in ("new", "unanswered", "solved", "followed"):
        yield f"{community}?tab={tab}"
    for word in WORDS.values():
        wrong = word[:-2] + word[-1] + word[-2]
        yield f"{search}?q={word[:5]}"
        yield f"{suggestions}?q={word[:5]}"
        yield f"{search}?q={wrong}"
        yield f"{suggestions}?q={wrong}"


def leaks(world, addresses):
    """Where one of the words came back, by address."""
    found = {}
    for client in world.readers():
        for address in addresses:
            response = client.get(address)
            body = b"".join(response) if response.streaming else response.content
            text = body.decode("utf-8", "replace").lower()
            # A page may repeat the words of its own address: the reader has brought those.
            words = [way for way, word in WORDS.items() if word in text and word not in address]
            if words:
                found[address] = words
        for address in (reverse("community_similar"), reverse("ask_lookup")):
            sent = {"title": EVERYWHERE, "body": EVERYWHERE, "subject": EVERYWHERE}
            text = client.post(address, sent).content.decode().lower()
            if any(word in text for word in WORDS.values()):
                found[address] = ["sent"]
    return found


@pytest.fixture
def in_sight():
    """Everything is in sight, and found."""
    world = World()
    rebuild()
    return world


@pytest.fixture
def world(in_sight):
    """Each thread is out of sight in its own way."""
    in_sight.take_out_of_sight()
    return in_sight


def test_no_address_shows_what_is_out_of_sight_and_no_search_finds_it_at_once(in_sight):
    before = leaks(in_sight, [f"{reverse('search')}?q={EVERYWHERE}", reverse("community_feed")])
    assert {way for ways in before.values() for way in ways} == set(WORDS)
    in_sight.take_out_of_sight()
    addresses = list(dict.fromkeys([*in_sight.addresses(), *searches()]))
    assert len(addresses) > 200
    assert leaks(in_sight, addresses) == {}


def test_nothing_is_found_while_far_more_waits_for_the_index_than_a_search_looks_at(world):
    OutboxRow.objects.bulk_create(
        OutboxRow(topic="search", payload={"ids": [f"article:{10**6 + number}"]}, key=f"n{number}")
        for number in range(MOST_WAITING_ROWS + 1)
    )
    assert waiting() is None
    assert leaks(world, list(searches())) == {}


def test_nothing_is_found_after_the_index_has_followed(world):
    deliver("search")
    assert waiting().ids == frozenset()
    assert leaks(world, list(searches())) == {}


def test_counts_and_states_are_those_of_what_can_be_seen(world):
    shown = {way: Question.objects.get(pk=row.pk) for way, row in world.threads.items()}
    for way in ("hidden answer", "held answer", "withdrawn answer"):
        assert (shown[way].answer_count, shown[way].state) == (0, "unanswered")
        assert shown[way].accepted_answer is None and shown[way].first_answered_at is None
    public = set(Question.objects.public().values_list("pk", flat=True))
    hidden = {shown[way].pk for way in WORDS if way.endswith("question")}
    assert not public & hidden
    assert guard.posts_in_sight(world.answerer) == Answer.objects.public().count()


def in_working_hours(now):
    """The next hour in which digests leave."""
    while not may_leave(now):
        now += timedelta(hours=1)
    return now


def test_no_mail_digest_or_notice_tells_of_what_is_out_of_sight(world):
    deliver("community", "mail")
    morning = in_working_hours(world.now)
    Subscription.objects.update(next_at=morning)
    assert digest_letters.send_due(morning) == 1
    deliver("mail")
    mails = [
        f"{mail.subject}\n{mail.text}".lower() for mail in Mail.objects.filter(dropped_at=None)
    ]
    assert mails, "what is in sight is told of"
    assert not [mail for mail in mails if any(word in mail for word in WORDS.values())]
    assert Notice.objects.filter(user=world.reader).exists()
    client = Client()
    client.force_login(world.reader, BACKEND)
    text = client.get(reverse("notices")).content.decode().lower()
    assert IN_SIGHT in text
    assert not [way for way, word in WORDS.items() if word in text]
