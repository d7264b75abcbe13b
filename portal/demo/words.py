"""What people in the sample write, put together from the sample's sentences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from django.conf import settings

from accounts.models import User
from cms.guidance.models import ArticlePage
from markup.written import read_yaml
from portal.demo.families import Family
from triage.tickets.models import ReplyTemplate, Ticket

ASK_BACK = "mer-informasjon"
ASK_BACK_FOR = {"maskinporten": "mer-informasjon-maskinporten"}
HOLDING = "vi-ser-paa-saken"
GIVE_UP = "lukker-etter-stillhet"
OTHER_DESK = "brukerservice"


@dataclass(frozen=True)
class Article:
    """What an answer says about an article."""

    title: str
    link: str


class Words:
    """Sentences by what they are for and by language; articles and templates by their slug."""

    def __init__(self, path: Path) -> None:
        self._sentences = read_yaml(path.read_text(encoding="utf-8"))
        self._templates = {item.slug: item for item in ReplyTemplate.objects.all()}
        pages = ArticlePage.objects.live().defer("body")
        self._articles = {
            page.slug: Article(page.title, f"{settings.PUBLIC_URL}{page.get_url()}")
            for page in pages
        }

    def sentence(self, kind: str, language: str, chance: Random, **values: str) -> str:
        """One of the sentences of a kind, in the language or else in bokmål."""
        found = self._sentences[kind]
        return chance.choice(found.get(language) or found["nb"]).format(**values)

    def opinion(self, reason: str, language: str, chance: Random) -> str:
        """What a reader says about an article that did not help, for the reason given."""
        return chance.choice(self._sentences["page_feedback"][reason][language])

    def template(self, slug: str, ticket: Ticket, by: User) -> str:
        """A reply template with names and case number put in."""
        text = self._templates[slug].text(ticket.language)
        values = {
            "{name}": first_name(ticket),
            "{case}": ticket.reference,
            "{agent}": by.display_name,
        }
        for mark, value in values.items():
            text = text.replace(mark, value)
        return text.strip()

    def ask_back(self, family: Family, ticket: Ticket, by: User) -> str:
        """A question for more, fit for the product."""
        return self.template(ASK_BACK_FOR.get(family.product, ASK_BACK), ticket, by)

    def answer(self, family: Family, ticket: Ticket, by: User, chance: Random) -> str:
        """The family's answer in the asker's language, with its article when there is one."""
        parts = [
            self.sentence("opening", ticket.language, chance),
            family.solutions.get(ticket.language) or family.solutions.get("nb", ""),
        ]
        article = self._articles.get(family.article)
        if article is not None:
            parts.append(
                self.sentence(
                    "article", ticket.language, chance, title=article.title, link=article.link
                )
            )
        parts.append(self.sentence("closing", ticket.language, chance))
        return self.letter(parts, ticket, by, chance)

    def letter(self, parts: list[str], ticket: Ticket, by: User, chance: Random) -> str:
        """Paragraphs with a greeting before and a name after."""
        language = ticket.language
        greeting = self.sentence("greeting", language, chance, first=first_name(ticket))
        signature = self.sentence(
            "signature", language, chance, agent=by.display_name, team=ticket.team.name
        )
        return "\n\n".join(part for part in (greeting, *parts, signature) if part)

    def has_article(self, family: Family) -> bool:
        """Whether the family's article is there to point to."""
        return family.article in self._articles


def first_name(ticket: Ticket) -> str:
    """What the asker is called in a letter."""
    return ticket.requester_name.split(" ")[0]
