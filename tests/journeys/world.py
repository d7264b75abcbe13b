"""A small living world for the journeys: people, teams, guidance in both written standards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from django.utils import timezone

from accounts.addresses import confirm_address
from accounts.models import Organisation, Team, User
from dispatch import outbox
from dispatch.models import Mail
from search.indexing import rebuild
from taxonomy.models import Product
from tests.factories import (
    make_article,
    make_membership,
    make_organisation,
    make_product,
    make_section,
    make_team,
    make_topic,
    make_user,
)
from tests.portal.evaluation.judgements import answers
from tests.triage.classifier.trained import make_artifact
from triage.classifier.artifacts import current
from triage.classifier.artifacts.artifact import save
from triage.classifier.evaluation.judgement import as_json, judge
from triage.classifier.labels import TARGETS
from triage.intake.services import NewCase, open_ticket
from triage.tickets.models import ReplyTemplate, Ticket

PASSWORD = "passord-for-alle"
ORGANISATIONS = (f"Tindvik kommune {number}" for number in count(1))
NUMBER = "13097248022"  # synthetic: belongs to nobody

ARTICLES = {
    "nb": [
        (
            "Når Maskinporten svarer invalid_grant",
            "Nøkkelen er utløpt eller fjernet: registrer en ny nøkkel, og vent fem minutter.",
            "<p>Feilen kommer når nøkkelen ikke virker lenger. Lag et nytt nøkkelpar, registrer "
            "den offentlige nøkkelen på klienten og be om token på nytt.</p>",
        ),
        (
            "Gi en leverandør lov til å bruke et scope",
            "Delegér scopet til leverandøren i Altinn.",
            "<p>Leverandøren bruker sin egen klient.</p>",
        ),
        (
            "Bestill tilgang til testmiljøet",
            "Send en bestilling, så får du tilgang innen to arbeidsdager.",
            "<p>Oppgi organisasjonsnummeret.</p>",
        ),
    ],
    "nn": [
        (
            "Når Maskinporten svarar invalid_grant",
            "Nøkkelen er utgått eller fjerna: registrer ein ny nøkkel, og vent fem minutt.",
            "<p>Feilen kjem når nøkkelen ikkje verkar lenger. Lag eit nytt nøkkelpar, registrer "
            "den offentlege nøkkelen på klienten og be om token på nytt.</p>",
        ),
        (
            "Gi ein leverandør lov til å bruke eit scope",
            "Deleger scopet til leverandøren i Altinn.",
            "<p>Leverandøren bruker sin eigen klient.</p>",
        ),
        (
            "Bestill tilgang til testmiljøet",
            "Send ei bestilling, så får du tilgang innan to arbeidsdagar.",
            "<p>Oppgi organisasjonsnummeret.</p>",
        ),
    ],
}


@dataclass
class World:
    """Everything the journeys meet, in one language."""

    language: str
    first: Team
    second: Team
    third: Team
    organisation: Organisation
    product: Product
    other: Product
    owner: User
    member: User
    agent: User
    expert: User
    moderator: User
    manager: User
    administrator: User
    article: str  # the title of the one that answers

    @property
    def now(self) -> datetime:
        """The real clock: pages ask it too."""
        return timezone.now()

    def opened(self, subject: str, body: str, *, before=None, **fields) -> Ticket:
        """A case the owner sent, some time before now."""
        fields = {"requester": self.owner, "organisation": self.organisation, **fields}
        at = self.now - before if before else self.now
        case = NewCase(subject=subject, body=body, language=self.language, **fields)
        return open_ticket(case, now=at)

    def drain(self) -> None:
        """Do what a worker does until nothing is left: mail out, index, suggestions."""
        while outbox.drain(timezone.now()):
            pass

    def mail(self, kind: str, to: User) -> Mail:
        """The last mail of a kind to a person."""
        return Mail.objects.filter(kind=kind, to=to.email).latest("pk")


def make_world(language: str) -> World:
    """Build it in one language, with its search index and its classifier."""
    place = make_place((language,))
    judged = dict.fromkeys(TARGETS, judge(answers(), {}))
    save(replace(make_artifact(), judgement=as_json(judged)), current.path())
    return make_people(place, language)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What people of every language meet: teams, products, guidance and its search index."""

    first: Team
    second: Team
    third: Team
    product: Product
    other: Product


def make_place(languages: tuple[str, ...]) -> Place:
    """Build it, with guidance in these languages."""
    first = make_team(slug="servicedesk", name="Servicedesk", line="first")
    second = make_team(
        slug="autorisasjon",
        name="Autorisasjon",
        responsibility_nb="Roller og tilgangspakker",
        responsibility_nn="Roller og tilgangspakkar",
    )
    third = make_team(slug="plattform", name="Plattform")
    product = make_product(slug="maskinporten", name_nb="Maskinporten", name_nn="Maskinporten")
    make_topic(product, slug="scope", name_nb="Scope", name_nn="Scope")
    other = make_product(slug="melding", name_nb="Melding", name_nn="Melding")
    section = make_section()
    for language in languages:
        for title, answer, text in ARTICLES[language]:
            make_article(
                section,
                title=title,
                answer=answer,
                body=[{"type": "text", "value": text}],
                language=language,
                products=[product],
                owner_team=second,
            )
    ReplyTemplate.objects.create(
        slug="takk",
        name="Takk",
        text_nb="Hei {name}. Takk for at du spør.",
        text_nn="Hei {name}. Takk for at du spør oss.",
        text_en="Hello {name}. Thank you for asking.",
    )
    rebuild()
    return Place(first=first, second=second, third=third, product=product, other=other)


def make_people(place: Place, language: str) -> World:
    """People who read this language, new for each journey, and the organisation of some."""
    organisation = make_organisation(name=next(ORGANISATIONS), written_standard=language)
    people = {
        "owner": make_user(name="Kari Vik", language=language),
        "member": make_user(name="Nils Hagen", language=language),
        "agent": make_user(name="Ada Lund", language=language, teams=(place.first,)),
        "expert": make_user(name="Finn Aas", language=language, teams=(place.second,)),
        "moderator": make_user(name="Moa Moen", language=language, groups=("moderator",)),
        "manager": make_user(name="Lise Leder", language=language, groups=("manager",)),
        "administrator": make_user(name="Arne Admin", language=language, groups=("administrator",)),
    }
    for person in people.values():
        confirm_address(person)
    for name in ("owner", "member"):
        make_membership(people[name], organisation)
    return World(
        language=language,
        first=place.first,
        second=place.second,
        third=place.third,
        organisation=organisation,
        product=place.product,
        other=place.other,
        article=ARTICLES[language][0][0],
        **people,
    )
