"""Every kind of thing that can be hidden, hidden in every way there is.

A way is given a desk and a function that brings the index up to what is there. It makes something
with `WORD` in it, calls the function, and hides what it made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import PageViewRestriction

from accounts.models import Membership
from cms.community import editing, linking, merging, moderation
from cms.community import services as community
from cms.community.models import Question
from cms.guidance.models import ArticlePage
from search import indexing
from taxonomy.models import Product
from tests.factories import make_article, make_product, make_section, make_user
from tests.triage.tickets.desk import NOW, opened
from triage.tickets.models import Ticket

WORD = "kvantelekkasje"  # in the hidden text only
MISSPELLED = "kvantelekasje"
BESIDE = "vannlekkasje"  # in a text everybody finds
PLACE = "hemmelig-produkt"  # the product of what is hidden
FIRST_LINE = frozenset({"agent", "colleague"})  # has had every case that came in
MANAGERS = frozenset({"manager", "administrator"})


@dataclass(frozen=True)
class Hidden:
    """Something out of sight: its id, and the people who still see it, by name.

    `part_of` is the id of what everybody sees still, where only a part of it was hidden.
    """

    id: str
    part_of: str = ""
    seen_by: frozenset[str] = frozenset()


Hide = Callable[[object, Callable[[], object]], Hidden]


def article_about_it(section=None, **fields):
    """An article that everybody finds by `WORD`."""
    return make_article(
        section,
        title=f"Om {WORD}",
        answer=f"En {WORD} er farlig.",
        products=[hidden_product()],
        **fields,
    )


def hidden_product() -> Product:
    """The product that is told in a facet where what is hidden is counted."""
    return Product.objects.filter(slug=PLACE).first() or make_product(slug=PLACE)


def _question(by, **fields) -> Question:
    values = {"title": f"Om {WORD}", "body": "Hva er det?", "language": "nb", **fields}
    return community.ask_question(by=by, product=hidden_product(), now=NOW, **values)


def _moderator():
    return make_user(groups=("moderator",))


def unpublished_article(desk, before) -> Hidden:
    """Taken down by its editor."""
    article = article_about_it()
    before()
    article.unpublish()
    return Hidden(f"article:{article.pk}")


def deleted_article(desk, before) -> Hidden:
    """Deleted by its editor."""
    article = article_about_it()
    before()
    number = article.pk
    article.delete()
    return Hidden(f"article:{number}")


def article_of_a_private_section(desk, before) -> Hidden:
    """In a section that was closed to all but a group nobody is in."""
    section = make_section()
    article = article_about_it(section)
    before()
    PageViewRestriction.objects.create(page=section, restriction_type="groups")
    return Hidden(f"article:{article.pk}", seen_by=frozenset({"editor", "administrator"}))


def article_moved_into_a_private_section(desk, before) -> Hidden:
    """Moved to where only those signed in may read."""
    article = article_about_it()
    private = make_section()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    before()
    article.move(private, pos="last-child")
    everybody = frozenset(people(desk)) - {"visitor"}
    return Hidden(f"article:{article.pk}", seen_by=everybody)


def article_whose_time_ran_out(desk, before) -> Hidden:
    """Taken down by itself when the day came."""
    article = article_about_it()
    before()
    article.expire_at = timezone.now() - timedelta(minutes=1)
    ArticlePage.objects.filter(pk=article.pk).update(expire_at=article.expire_at)
    call_command("publish_scheduled")
    return Hidden(f"article:{article.pk}")


def words_of_an_article_taken_down(desk, before) -> Hidden:
    """What an article calls another one that everybody may read."""
    target = make_article(title="Rør og varmtvann", answer="Alle kan lese dette.")
    words = f'<p><a linktype="page" id="{target.pk}">{WORD} i røret</a></p>'
    source = make_article(body=[{"type": "text", "value": words}])
    before()
    source.unpublish()
    return Hidden(f"article:{source.pk}", part_of=f"article:{target.pk}")


def words_of_a_private_section(desk, before) -> Hidden:
    """What an article in a section that was closed calls one that everybody may read."""
    target = make_article(title="Rør og varmtvann", answer="Alle kan lese dette.")
    words = f'<p><a linktype="page" id="{target.pk}">{WORD} i røret</a></p>'
    section = make_section()
    source = make_article(section, body=[{"type": "text", "value": words}])
    before()
    PageViewRestriction.objects.create(page=section, restriction_type="groups")
    writers = frozenset({"editor", "administrator"})
    return Hidden(f"article:{source.pk}", part_of=f"article:{target.pk}", seen_by=writers)


def words_of_a_hidden_question(desk, before) -> Hidden:
    """What was asked that an article everybody may read was given as the answer to."""
    target = make_article(title="Rør og varmtvann", answer="Alle kan lese dette.")
    question = _question(desk.people.stranger)
    linking.link_article(question=question, article=target, by=desk.editor, now=NOW)
    before()
    moderation.hide(post=question, by=_moderator(), reason="Reklame", now=NOW)
    return Hidden(f"question:{question.pk}", part_of=f"article:{target.pk}")


def hidden_question(desk, before) -> Hidden:
    """Hidden by a moderator."""
    question = _question(desk.people.stranger)
    before()
    moderation.hide(post=question, by=_moderator(), reason="Reklame", now=NOW)
    return Hidden(f"question:{question.pk}")


def held_question(desk, before) -> Hidden:
    """Held back until a moderator has looked at it."""
    question = _question(desk.people.stranger)
    before()
    with transaction.atomic():
        moderation.hold(question=question, post=question, held_for="flags", now=NOW)
    return Hidden(f"question:{question.pk}")


def withdrawn_question(desk, before) -> Hidden:
    """Taken back by the one who asked."""
    question = _question(desk.people.stranger)
    before()
    editing.withdraw_question(question=question, by=desk.people.stranger, now=NOW)
    return Hidden(f"question:{question.pk}")


def merged_question(desk, before) -> Hidden:
    """Joined with another by a moderator."""
    question = _question(desk.people.stranger)
    into = _question(desk.people.member, title="Om rør og varmtvann", body="Hva gjør vi?")
    before()
    merging.merge(question=question, into=into, by=_moderator(), now=NOW)
    return Hidden(f"question:{question.pk}", part_of=f"question:{into.pk}")


def deleted_question(desk, before) -> Hidden:
    """Deleted from the database."""
    question = _question(desk.people.stranger)
    before()
    number = question.pk
    question.delete()
    return Hidden(f"question:{number}")


def _answered(desk):
    """A solved question about something else, with the word in another of its answers."""
    question = _question(desk.people.stranger, title="Om rør og varmtvann", body="Hva gjør vi?")
    good, answer = (
        community.answer_question(question=question, by=desk.people.member, body=body, now=NOW)
        for body in ("Steng av vannet.", f"Rør med varmtvann kan ha {WORD}.")
    )
    community.accept_answer(answer=good, by=desk.people.stranger, now=NOW)
    return question, answer


def hidden_answer(desk, before) -> Hidden:
    """An answer hidden by a moderator, under a question everybody sees."""
    question, answer = _answered(desk)
    before()
    moderation.hide(post=answer, by=_moderator(), reason="Reklame", now=NOW)
    return Hidden("answer", part_of=f"question:{question.pk}")


def withdrawn_answer(desk, before) -> Hidden:
    """An answer taken back by the one who wrote it."""
    question, answer = _answered(desk)
    before()
    editing.withdraw_answer(answer=answer, by=desk.people.member, now=NOW)
    return Hidden("answer", part_of=f"question:{question.pk}")


def case_of_an_organisation_one_left(desk, before) -> Hidden:
    """An ordinary case of an organisation somebody does not belong to any more."""
    ticket = opened(desk, subject=f"Om {WORD}", body="Hjelp", product=hidden_product())
    before()
    Membership.objects.filter(user=desk.people.contact).update(status=Membership.Status.LEFT)
    desk.people.contact = type(desk.people.contact).objects.get(pk=desk.people.contact.pk)
    return Hidden(f"ticket:{ticket.pk}", seen_by=FIRST_LINE | MANAGERS | {"asker"})


def other_peoples_ticket(desk, before) -> Hidden:
    """An ordinary case of the asker's organisation."""
    ticket = opened(desk, subject=f"Om {WORD}", body="Hjelp")
    before()
    return Hidden(f"ticket:{ticket.pk}", seen_by=FIRST_LINE | MANAGERS | {"asker", "contact"})


def security_ticket(desk, before) -> Hidden:
    """A case that turned out to be about security."""
    ticket = opened(desk, subject=f"Om {WORD}", body="Hjelp")
    before()
    Ticket.objects.filter(pk=ticket.pk).update(security=True)
    indexing.changed(f"ticket:{ticket.pk}")
    return Hidden(f"ticket:{ticket.pk}", seen_by=FIRST_LINE | {"asker", "guard"})


def not_a_case(desk, before) -> Hidden:
    """A case that was none, which nobody needs to find."""
    ticket = opened(desk, subject=f"Om {WORD}", body="Hjelp")
    before()
    Ticket.objects.filter(pk=ticket.pk).update(
        status="closed", close_reason="not_a_case", closed_at=NOW
    )
    indexing.changed(f"ticket:{ticket.pk}")
    return Hidden(f"ticket:{ticket.pk}", seen_by=FIRST_LINE | MANAGERS | {"asker", "contact"})


WAYS = [
    unpublished_article,
    deleted_article,
    article_of_a_private_section,
    article_moved_into_a_private_section,
    article_whose_time_ran_out,
    words_of_an_article_taken_down,
    words_of_a_private_section,
    words_of_a_hidden_question,
    hidden_question,
    held_question,
    withdrawn_question,
    merged_question,
    deleted_question,
    hidden_answer,
    withdrawn_answer,
    other_peoples_ticket,
    security_ticket,
    case_of_an_organisation_one_left,
    not_a_case,
]


def people(desk) -> dict[str, object]:
    """One person in every role."""
    return vars(desk.people) | {
        "visitor": AnonymousUser(),
        "editor": desk.editor,
        "moderator": desk.moderator,
        "administrator": desk.administrator,
    }
