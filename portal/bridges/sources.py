"""What a proposal is made from: a resolved case or an answered question, as a person reads it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Organisation, Team
from cms.community.models import Answer, Question
from portal.bridges.masking import Found, Known, find, masked
from portal.community.presenters import person_name
from taxonomy.models import Product, Topic
from triage.tickets.models import Message, Ticket

LONGEST_SOURCE = 60_000  # characters looked through; a case is seldom a tenth of it


@dataclass(frozen=True, kw_only=True)
class Said:
    """One original text, shown beside what is made of it."""

    who: str
    text: str
    asks: bool


@dataclass(frozen=True, kw_only=True)
class Source:
    """The originals, and what is known about who is in them."""

    title: str
    said: Sequence[Said]
    language: str
    product: Product | None
    team: Team | None
    known: Known
    ticket: Ticket | None = None
    question: Question | None = None

    @property
    def asked(self) -> str:
        """What was asked, as one text."""
        return _joined(each.text for each in self.said if each.asks)

    @property
    def answered(self) -> str:
        """What was answered, as one text."""
        return _joined(each.text for each in self.said if not each.asks)

    def found(self) -> list[Found]:
        """What tells who somebody is, in all of it."""
        whole = "\n\n".join([self.title, self.asked, self.answered])
        return find(whole[:LONGEST_SOURCE], self.known, self.language)

    def proposed(self, keep: Collection[str] = ()) -> dict[str, str]:
        """Title, question and answer with everything found replaced but what is kept."""
        return {
            name: masked(text[:LONGEST_SOURCE], self.known, self.language, keep=keep)
            for name, text in (
                ("title", self.title),
                ("body", self.asked),
                ("answer", self.answered),
            )
        }


def _joined(texts) -> str:
    return "\n\n".join(text.strip() for text in texts if text.strip())


def from_ticket(ticket: Ticket) -> Source:
    """What was written between the requester and the desk; internal notes are no part of it."""
    messages = list(
        ticket.messages.filter(visibility=Message.Visibility.PUBLIC, automatic=False)
        .select_related("author")
        .order_by("created_at", "pk")
    )
    people = {message.author.display_name for message in messages if message.author}
    people |= set(ticket.participants.values_list("user__name", flat=True))
    people |= {ticket.requester_name, ticket.assignee.display_name if ticket.assignee else ""}
    return Source(
        title=ticket.subject,
        said=[
            Said(who=_who(message, ticket), text=message.body, asks=message.from_requester)
            for message in messages
        ],
        language=ticket.language,
        product=ticket.product,
        team=ticket.team,
        known=_known(people),
        ticket=ticket,
    )


def _who(message: Message, ticket: Ticket) -> str:
    if message.author:
        return message.author.display_name
    return ticket.requester_name if message.from_requester else _("Automatic")


def from_question(question: Question, answer: Answer | None) -> Source:
    """A public question with the answer that is to become the text."""
    people = {person_name(question.asker)}
    said = [Said(who=person_name(question.asker), text=question.body, asks=True)]
    if answer is not None:
        people.add(person_name(answer.author))
        said.append(Said(who=person_name(answer.author), text=answer.body, asks=False))
    return Source(
        title=question.title,
        said=said,
        language=question.language,
        product=question.product,
        team=answer.official_team if answer else None,
        known=_known(people),
        question=question,
    )


def best_answer(question: Question) -> Answer | None:
    """The answer to build on: the one that solved it, else the last official one."""
    shown = question.answers.public().select_related("author", "official_team")
    if question.accepted_answer_id:
        return shown.filter(pk=question.accepted_answer_id).first()
    return shown.filter(official_team__isnull=False).order_by("-confirmed_at", "-pk").first()


def _known(people: Collection[str]) -> Known:
    """With every organisation there is, and the words of our own vocabulary."""
    named = [*Product.objects.all(), *Topic.objects.all()]
    names = [name for each in named for name in (each.name_nb, each.name_nn, each.name_en)]
    words = {word.strip(".,:()") for name in [*names, settings.SITE_OWNER] for word in name.split()}
    return Known(
        people=sorted(filter(None, people)),
        organisations=list(Organisation.objects.values_list("name", flat=True)),
        words=sorted(words | {settings.SITE_OWNER}),
    )
