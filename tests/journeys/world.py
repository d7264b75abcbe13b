"""A small living world for the journeys: people, teams, guidance in both written standards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
from tests.triage.classifier.trained import make_artifact
from triage.classifier import current
from triage.classifier.artifact import save
from triage.intake.services import NewCase, open_ticket
from triage.tickets.models import ReplyTemplate, Ticket

PASSWORD = "passord-for-alle"
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
    owner: User
    member: User
    agent: User
    expert: User
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
    """Build it, its search index and its classifier."""
    first = make_team(slug="servicedesk", name="Servicedesk", line="first")
    second = make_team(
        slug="autorisasjon",
        name="Autorisasjon",
        responsibility_nb="Roller og tilgangspakker",
        responsibility_nn="Roller og tilgangspakkar",
    )
    third = make_team(slug="plattform", name="Plattform")
    organisation = make_organisation(name="Tindvik kommune", written_standard=language)
    product = make_product(slug="maskinporten", name_nb="Maskinporten", name_nn="Maskinporten")
    make_topic(product, slug="scope", name_nb="Scope", name_nn="Scope")
    make_product(slug="melding", name_nb="Melding", name_nn="Melding")
    section = make_section()
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
    people = {
        "owner": make_user(name="Kari Vik", language=language),
        "member": make_user(name="Nils Hagen", language=language),
        "agent": make_user(name="Ada Lund", language=language, teams=(first,)),
        "expert": make_user(name="Finn Aas", language=language, teams=(second,)),
        "manager": make_user(name="Lise Leder", language=language, groups=("manager",)),
        "administrator": make_user(name="Arne Admin", language=language, groups=("administrator",)),
    }
    for person in people.values():
        confirm_address(person)
    for name in ("owner", "member"):
        make_membership(people[name], organisation)
    rebuild()
    save(make_artifact(), current.path())
    return World(
        language=language,
        first=first,
        second=second,
        third=third,
        organisation=organisation,
        product=product,
        article=ARTICLES[language][0][0],
        **people,
    )
