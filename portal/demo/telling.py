"""Telling a case: every step goes through the services that people's clicks go through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Organisation, Team, User
from accounts.roles import Line
from dispatch.models import Mail, OutboxRow
from dispatch.outbox import history
from portal.demo.attachments import sample_file
from portal.demo.courses import AGENT, ASKER, Step
from portal.demo.families import Family
from portal.demo.models import SampleCase
from portal.demo.timetable import Opening, Telling, chance_for
from portal.demo.words import GIVE_UP, HOLDING, OTHER_DESK, Words
from taxonomy.models import Product, Topic
from triage.intake.services import NewCase, open_ticket
from triage.tickets import merging, services
from triage.tickets.exceptions import TicketError
from triage.tickets.models import Ticket
from triage.tickets.priority import priority_for

TOGETHER = 100  # cases told in one transaction
TOLD_OF = timedelta(days=3)  # mail about what is older is not kept
TEAM_FOR = {
    "altinn-studio": "studio-kjoring", "autorisasjon": "autorisasjon", "samtykke": "autorisasjon",
    "dialogporten": "dialogporten-arbeidsflate", "arbeidsflate": "dialogporten-arbeidsflate",
    "melding": "melding-varsling", "varsling": "melding-varsling", "avtale": "team-kunde",
    "maskinporten": "innloggingsdesken", "id-porten": "innloggingsdesken",
    "portalen": "team-portal",
}  # fmt: skip
OTHERWISE = "plattform"


class World:
    """People, teams and vocabulary, read once."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.users = {user.email: user for user in User.objects.filter(email__endswith=".example")}
        self.organisations = {item.name: item for item in Organisation.objects.all()}
        self.teams = {team.slug: team for team in Team.objects.all()}
        self.products = {item.slug: item for item in Product.objects.all()}
        self.topics = {(item.product_id, item.slug): item for item in Topic.objects.all()}
        members = User.objects.filter(teams__isnull=False, email__in=self.users)
        self.members: dict[int, list[User]] = {team.pk: [] for team in self.teams.values()}
        for email, team in members.order_by("pk").values_list("email", "teams"):
            self.members[team].append(self.users[email])
        self.first_line = next(t for t in self.teams.values() if t.line == Line.FIRST)

    def product(self, family: Family) -> Product | None:
        """The product the family is about."""
        return self.products.get(family.product)

    def topic(self, family: Family) -> Topic | None:
        """The topic the family is about, if it belongs to the product."""
        product = self.product(family)
        return self.topics.get((product.pk, family.topic)) if product else None

    def expert_team(self, family: Family) -> Team:
        """The second-line team that knows: the family's, else the product's."""
        if not family.first_line:
            return self.teams[family.team]
        return self.teams[TEAM_FOR.get(family.product, OTHERWISE)]


@dataclass
class Scene:
    """One step about to happen: with which case, by whom, and what it draws."""

    world: World
    opening: Opening
    step: Step
    ticket: Ticket
    tickets: list[Ticket]
    chance: Random
    agent: User
    expert: User

    @property
    def by(self) -> User:
        """Who does it."""
        if self.step.by == ASKER:
            return self.world.users[self.opening.asker.email]
        return self.agent if self.step.by == AGENT else self.expert

    @property
    def family(self) -> Family:
        """What the case is about."""
        return self.opening.asked.family

    @property
    def common(self) -> dict:
        """What every service wants."""
        return {"ticket": self.ticket, "by": self.by, "now": self.step.at}

    def say(self, kind: str, language: str = "") -> str:
        """A sentence of a kind, in the case's language."""
        local = timezone.localtime(self.step.at).replace(minute=self.step.at.minute // 5 * 5)
        return self.world.words.sentence(
            kind,
            language or self.ticket.language,
            self.chance,
            clock=f"{local - timedelta(minutes=25):%H.%M}",
            later=f"{local + timedelta(minutes=45):%H.%M}",
            organisation=self.opening.asker.organisation or self.opening.asker.name,
        )

    def letter(self, kind: str) -> str:
        """A sentence of a kind as a letter to the asker."""
        return self.world.words.letter([self.say(kind)], self.ticket, self.by, self.chance)

    def among_us(self, kind: str) -> str:
        """A sentence to colleagues, in the language of the one who writes."""
        return self.say(kind, "nn" if self.by.language == "nn" else "nb")


def _take(scene: Scene) -> None:
    services.take_ticket(**scene.common)


def _assign(scene: Scene) -> None:
    others = [user for user in scene.world.members[scene.ticket.team_id] if user != scene.by]
    services.assign_ticket(**scene.common, to=scene.chance.choice(others))


def _correct(scene: Scene) -> None:
    """Put right what was wrong or missing when the case came in."""
    family, common = scene.family, scene.common
    product = scene.world.product(family)
    if product is not None and scene.ticket.product_id != product.pk:
        services.correct_product(**common, product=product, topic=scene.world.topic(family))
    if scene.ticket.case_type != family.case_type:
        services.correct_type(**common, case_type=family.case_type)
    wanted = priority_for(family.impact, family.urgency, security=scene.ticket.security)
    if scene.ticket.priority != wanted:
        services.correct_priority(
            **common,
            impact=family.impact,
            urgency=family.urgency,
            severity="",
            security=scene.ticket.security,
            reason=scene.among_us("priority_reason" if wanted < "P4" else "priority_lower"),
        )


def _answer(scene: Scene) -> None:
    body = scene.world.words.answer(scene.family, scene.ticket, scene.by, scene.chance)
    services.reply(**scene.common, body=body)


def _progress(scene: Scene) -> None:
    services.reply(**scene.common, body=scene.letter("progress"))


def _holding(scene: Scene) -> None:
    body = scene.world.words.template(HOLDING, scene.ticket, scene.by)
    services.reply(**scene.common, body=body, counts_as_answer=False)


def _ask_back(scene: Scene) -> None:
    body = scene.world.words.ask_back(scene.family, scene.ticket, scene.by)
    services.ask_back(**scene.common, body=body)


def _hand_over(scene: Scene) -> None:
    services.hand_over(
        **scene.common,
        to=scene.world.expert_team(scene.family),
        reason=_reason(scene.family),
        tried=scene.among_us("tried"),
    )


def _reason(family: Family) -> str:
    if family.case_type == "security_incident":
        return "security"
    if family.team == "jus-personvern":
        return "legal"
    if family.case_type == "incident":
        return "needs_logs" if len(family.slug) % 2 else "product_fault"
    return "no_access" if family.case_type == "order" else "unsure"


def _consult(scene: Scene) -> None:
    team = scene.world.expert_team(scene.family)
    services.consult(**scene.common, team=team, question=scene.among_us("ask_team"))


def _duplicate(scene: Scene) -> None:
    merging.mark_duplicate(**scene.common, of=scene.tickets[0])


def _resolve(scene: Scene) -> None:
    body = scene.world.words.answer(scene.family, scene.ticket, scene.by, scene.chance)
    services.resolve(**scene.common, solution_code=_code(scene), body=body)


def _code(scene: Scene) -> str:
    family = scene.family
    if family.case_type == "order":
        return "access_given"
    if family.case_type == "incident":
        return "fixed" if scene.chance.random() < 0.7 else "known_error"
    if scene.world.words.has_article(family):
        return "article"
    return "customer_config" if scene.chance.random() < 0.25 else "answer"


def _give_up(scene: Scene) -> None:
    body = scene.world.words.template(GIVE_UP, scene.ticket, scene.by)
    services.resolve(**scene.common, solution_code="answer", body=body)


def _other_desk(scene: Scene) -> None:
    body = scene.world.words.template(OTHER_DESK, scene.ticket, scene.by)
    services.resolve(**scene.common, solution_code="other_desk", body=body)


def _resolve_again(scene: Scene) -> None:
    services.resolve(**scene.common, solution_code="customer_config", body=scene.letter("again"))


ACTS: dict[str, Callable[[Scene], None]] = {
    "take": _take,
    "assign": _assign,
    "correct": _correct,
    "answer": _answer,
    "progress": _progress,
    "holding": _holding,
    "ask_back": _ask_back,
    "details": lambda s: services.customer_reply(**s.common, body=s.say("details")),
    "thanks": lambda s: services.customer_reply(**s.common, body=s.say("thanks")),
    "reminder": lambda s: services.customer_reply(**s.common, body=s.say("reminder")),
    "note": lambda s: services.add_note(**s.common, body=s.among_us("note")),
    "advise": lambda s: services.add_note(**s.common, body=s.among_us("team_says")),
    "wait": lambda s: services.wait_for_third_party(**s.common, reason=s.among_us("waits_for")),
    "resume": lambda s: services.resume(**s.common),
    "hand_over": _hand_over,
    "hand_back": lambda s: services.hand_back(**s.common, reason=s.among_us("found")),
    "consult": _consult,
    "duplicate": _duplicate,
    "close": lambda s: services.close_by_requester(**s.common),
    "not_a_case": lambda s: services.mark_not_a_case(**s.common),
    "resolve": _resolve,
    "resolve_again": _resolve_again,
    "give_up": _give_up,
    "other_desk": _other_desk,
    "reopen": lambda s: services.reopen(**s.common, reason=s.say("reopening")),
}


def key_of(telling: Telling, case: int) -> str:
    """The key of one case of a telling."""
    return telling.key if case == 0 else f"{telling.key}#{case}"


def submission_key(key: str) -> UUID:
    """A key for the door, so that a case of the sample is opened once."""
    return uuid5(NAMESPACE_URL, f"veiviser:sample:{key}")


class Teller:
    """Tells cases up to a moment, and goes on later from where it stopped."""

    def __init__(self, world: World, *, as_of: datetime) -> None:
        self.world = world
        self.as_of = as_of

    @transaction.atomic
    def tell(self, telling: Telling) -> int:
        """Everything of it that has happened by `as_of` and is not told yet; returns how much.

        All or nothing: killed in the middle, the next run tells it from where it stood. A case a
        person has worked on since is left as it is.
        """
        keys = [key_of(telling, number) for number in range(len(telling.openings))]
        known = {
            row.key: row for row in SampleCase.objects.filter(key__in=keys).select_related("ticket")
        }
        if any(row.ticket.version != row.version for row in known.values()):
            return 0
        told = known[keys[0]].told if keys[0] in known else 0
        tickets = [
            known[key].ticket if key in known else self._open(opening, key)
            for key, opening in zip(keys, telling.openings, strict=True)
            if key in known or opening.at <= self.as_of
        ]
        steps = [step for step in telling.steps if step.at <= self.as_of]
        for number, step in enumerate(steps[told:], start=told):
            self._play(telling, step, tickets, chance_for(f"{telling.key}.{number}"))
        self._note(keys, tickets, known, told=len(steps), ended=len(steps) == len(telling.steps))
        return len(steps) - told

    def _open(self, opening: Opening, key: str) -> Ticket:
        family, asker = opening.asked.family, opening.asker
        wording = opening.asked.wording
        user = self.world.users.get(asker.email) if asker.has_account else None
        by_phone = opening.channel in ("phone", "meeting")
        chance = chance_for(f"{key}.opening")
        agent = chance.choice(self.world.members[self.world.first_line.pk])
        is_a_case = family.case_type != "not_a_case"
        case = NewCase(
            subject=wording.subject,
            body=wording.body,
            requester=user,
            contact_name="" if user else asker.name,
            contact_email="" if user else asker.email,
            organisation=self.world.organisations.get(asker.organisation),
            product=self.world.product(family) if opening.with_product else None,
            topic=self.world.topic(family) if opening.with_product else None,
            case_type=family.case_type if opening.with_type and is_a_case else "question",
            environment=_environment(family, wording.body),
            impact=family.impact if opening.with_urgency else 3,
            urgency=family.urgency if opening.with_urgency else 3,
            language=wording.language,
            channel=opening.channel,
            files=(sample_file(wording.language, opening.at, chance),) if opening.has_file else (),
            registered_by=agent if by_phone else None,
            submission_key=submission_key(key),
        )
        with self._told_of(opening.at):
            return open_ticket(case, now=opening.at)

    def _play(self, telling: Telling, step: Step, tickets: list[Ticket], chance: Random) -> None:
        opening, ticket = telling.openings[step.case], tickets[step.case]
        scene = Scene(
            world=self.world,
            opening=opening,
            step=step,
            ticket=ticket,
            tickets=tickets,
            chance=chance,
            agent=self._agent(telling, ticket),
            expert=self._expert(telling, opening),
        )
        with self._told_of(step.at):
            ACTS[step.do](scene)

    def _agent(self, telling: Telling, ticket: Ticket) -> User:
        """The same person through a case's life; nynorsk goes to whoever writes it."""
        agents = self.world.members[self.world.first_line.pk]
        chance = chance_for(f"{telling.key}.agent")
        native = [user for user in agents if user.language == ticket.language]
        if ticket.language == "nn" and native and chance.random() < 0.7:
            return chance.choice(native)
        return chance.choice(agents)

    def _expert(self, telling: Telling, opening: Opening) -> User:
        team = self.world.expert_team(opening.asked.family)
        return chance_for(f"{telling.key}.expert").choice(self.world.members[team.pk])

    def _told_of(self, at: datetime):
        """Of what lies days back nobody is told any more; newer mail lies where it would lie."""
        if at < self.as_of - TOLD_OF:
            return history()
        return _kept_mail(at)

    def _note(self, keys, tickets, known, *, told: int, ended: bool) -> None:
        for number, (key, ticket) in enumerate(zip(keys, tickets, strict=False)):
            values = {"version": ticket.version, "ended": ended, "told": 0 if number else told}
            if key in known:
                SampleCase.objects.filter(key=key).update(**values)
            else:
                SampleCase.objects.create(key=key, ticket=ticket, **values)


class _kept_mail(nullcontext):  # noqa: N801  reads as a word where it is used
    """Mail about what happens inside is dated then, and lies read: it is not sent again."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def __enter__(self) -> None:
        self.mails = Mail.objects.aggregate(last=Max("pk"))["last"] or 0

    def __exit__(self, *error) -> None:
        if error[0] is not None:
            return
        new = list(Mail.objects.filter(pk__gt=self.mails).values_list("pk", flat=True))
        if new:
            Mail.objects.filter(pk__in=new).update(created_at=self.at)
            OutboxRow.objects.filter(topic="mail", payload__mail__in=new).delete()


def _environment(family: Family, body: str) -> str:
    if "TT02" in body:
        return "tt02"
    return "prod" if family.case_type in ("incident", "security_incident") else "unknown"


def tell_all(teller: Teller, tellings: Iterable[Telling], say: Callable[[str], None]) -> int:
    """Tell everything in the order it came in; returns how many cases had something new."""
    count = 0
    ordered = sorted(tellings, key=lambda each: each.openings[0].at)
    for start in range(0, len(ordered), TOGETHER):
        with transaction.atomic():  # a commit waits for the disk, and there are hundreds of cases
            count += sum(_tell(teller, each, say) for each in ordered[start : start + TOGETHER])
        say(f"cases: {min(start + TOGETHER, len(ordered))} of {len(ordered)} …")
    return count


def _tell(teller: Teller, telling: Telling, say: Callable[[str], None]) -> bool:
    try:
        return teller.tell(telling) > 0
    except (TicketError, PermissionDenied) as refusal:
        say(f"{telling.key} is left as it is: {type(refusal).__name__}")
        return False
