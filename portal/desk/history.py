"""The log of a ticket in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Language, Team, User
from portal.desk.rule_words import RECEIVER_WORDS, rule_sentence
from portal.templatetags.design import moment_in_words
from taxonomy.models import Product, Topic
from triage.sla.escalation import RUN_OUT
from triage.sla.policy import FIRST_RESPONSE, GUARANTEE, INTERNAL, RESOLUTION, UPDATE
from triage.sla.service_model import service_model
from triage.tickets import codes
from triage.tickets.models import Ticket, TicketEvent
from triage.tickets.references import reference_of

SHOWN = 8
DEADLINE_WORDS = {
    FIRST_RESPONSE: gettext_lazy("Answer deadline"),
    UPDATE: gettext_lazy("Next update"),
    RESOLUTION: gettext_lazy("Solution deadline"),
    INTERNAL: gettext_lazy("Internal deadline"),
}
_ABOUT_TEAMS = ("handed_over", "handed_back", "consulted", "escalated", "breached", "warned")


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One line of the log: when, who, and what happened, with the detail somebody gave."""

    at: datetime
    actor: str
    text: str
    detail: str = ""


@dataclass(kw_only=True)
class Names:
    """What the codes in a log stand for, read at once for the whole log."""

    teams: dict[str, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    version: int = 0  # of the rules at the time of the line that is put into words


def history(ticket: Ticket, events: Iterable[TicketEvent]) -> list[HistoryLine]:
    """The log in words, newest first."""
    events = list(events)
    names = _names(events)
    names.version = ticket.policy_id
    lines = []
    for event in reversed(events):
        if event.kind == "rules_changed":
            names.version = event.data["before"]
        lines.append(_line(ticket, event, names))
    return lines


def _names(events: list[TicketEvent]) -> Names:
    """The names of everything the events mention, in at most four statements."""
    seen = {"products": set(), "topics": set(), "people": set()}
    wants_teams = False
    for event in events:
        wants_teams = wants_teams or event.kind in _ABOUT_TEAMS
        if event.kind == "product_changed":
            seen["products"].add(event.data.get("product", ""))
            seen["topics"].add(event.data.get("topic", ""))
        if event.kind == "assigned" and event.data.get("to"):
            seen["people"].add(event.data["to"])
    names = Names()
    if wants_teams:
        names.teams = dict(Team.objects.values_list("slug", "name"))
    if seen["people"]:
        people = User.objects.filter(pk__in=seen["people"])
        names.people = {person.pk: person.display_name for person in people}
    if seen["products"]:
        products = Product.objects.filter(slug__in=seen["products"])
        names.products = {product.slug: product.name for product in products}
        topics = Topic.objects.filter(slug__in=seen["topics"])
        names.topics = {topic.slug: topic.name for topic in topics}
    return names


def _line(ticket: Ticket, event: TicketEvent, names: Names) -> HistoryLine:
    text, detail = SENTENCES[event.kind](ticket, event.data, names)
    return HistoryLine(
        at=event.at,
        actor=event.actor.display_name if event.actor else _("Automatic"),
        text=text,
        detail=detail,
    )


def _label(choices: list, code: str) -> str:
    return str(dict(choices).get(code, code))


def _opened(ticket, data, names) -> tuple[str, str]:
    channel = _label(codes.Channel.choices, data.get("channel", ""))
    came = _("Came by: %(channel)s") % {"channel": channel}
    if not data.get("continues"):
        return _("Opened the case"), came
    return _("Opened the case, which goes on from %(case)s") % _number(data["continues"]), came


def _number(case: int) -> dict[str, str]:
    return {"case": reference_of(case)}


def _continued(ticket, data, names) -> tuple[str, str]:
    return _("Took the case up again as a new one, %(case)s") % _number(data["into"]), ""


def _assigned(ticket, data, names) -> tuple[str, str]:
    if not data.get("to"):
        return _("Made the case free to take"), ""
    person = names.people.get(data["to"], _("somebody"))
    return _("Gave the case to %(person)s") % {"person": person}, ""


def _replied(ticket, data, names) -> tuple[str, str]:
    if data.get("holding"):
        counts = service_model(names.version).policy.counts_holding
        detail = _("Counts as an answer") if counts else _("Counts as news, and not as an answer")
        return _("Told the requester that we are looking into it"), detail
    return _("Answered"), ""


def _waits_outside(ticket, data, names) -> tuple[str, str]:
    return _("Set the case to wait for a third party"), data.get("reason", "")


def _language_changed(ticket, data, names) -> tuple[str, str]:
    before, after = (
        _label(Language.choices, data.get(name, "")) for name in ("before", "language")
    )
    said = {"before": before, "after": after}
    return _("Changed the written standard from %(before)s to %(after)s") % said, ""


def _type_changed(ticket, data, names) -> tuple[str, str]:
    before = _label(codes.CASE_TYPES, data.get("before", ""))
    after = _label(codes.CASE_TYPES, data.get("case_type", ""))
    return (
        _("Changed the type from %(before)s to %(after)s") % {"before": before, "after": after},
        "",
    )


def _product_changed(ticket, data, names) -> tuple[str, str]:
    product = names.products.get(data.get("product", ""))
    if not product:
        return _("Took the product away"), ""
    topic = names.topics.get(data.get("topic", ""), "")
    where = f"{product} – {topic}" if topic else product
    return _("Set the product to %(product)s") % {"product": where}, ""


def _priority_changed(ticket, data, names) -> tuple[str, str]:
    before, after = data.get("before", ""), data.get("priority", "")
    if before == after:
        sentence = _("Looked at the priority again: %(after)s") % {"after": after}
    else:
        sentence = _("Changed the priority from %(before)s to %(after)s")
        sentence %= {"before": before, "after": after}
    return ", ".join([sentence, *_graded(data)]), data.get("reason", "")


def _graded(data) -> Iterator[str]:
    """What was changed along with the priority: the severity, and whether it is about security."""
    if data.get("severity"):
        severity = _label(codes.SEVERITIES, data["severity"])
        yield _("severity %(severity)s") % {"severity": severity}
    elif "severity" in data:
        yield _("no longer graded")
    if "security" in data:
        yield _("now a security case") if data["security"] else _("no longer a security case")


def _handed_over(ticket, data, names) -> tuple[str, str]:
    team = names.teams.get(data.get("to", ""), data.get("to", ""))
    reason = _label(codes.HandOverReason.choices, data.get("reason", ""))
    if data.get("rule"):
        reason = _("by a rule: %(rule)s") % {"rule": _rule(data["rule"], names)}
    return _("Handed the case over to %(team)s") % {"team": team}, reason


def _handed_back(ticket, data, names) -> tuple[str, str]:
    team = names.teams.get(data.get("to", ""), data.get("to", ""))
    return _("Handed the case back to %(team)s") % {"team": team}, ""


def _consulted(ticket, data, names) -> tuple[str, str]:
    team = names.teams.get(data.get("team", ""), data.get("team", ""))
    return _("Asked %(team)s for advice") % {"team": team}, ""


def _merged(ticket, data, names) -> tuple[str, str]:
    return _("Merged %(case)s into this case") % _number(data.get("other", 0)), ""


def _closed(ticket, data, names) -> tuple[str, str]:
    if data.get("into"):
        return _("Closed the case as a duplicate of %(case)s") % _number(data["into"]), ""
    return _("Closed the case"), _label(codes.CLOSE_REASONS, ticket.close_reason)


def _resolved(ticket, data, names) -> tuple[str, str]:
    code = _label(codes.SolutionCode.choices, data.get("code", ""))
    return _("Solved the case"), code


def _breached(ticket, data, names) -> tuple[str, str]:
    sentences = {
        "first_response": _("The answer deadline ran out"),
        "update": _("An update was not given in time"),
        "resolution": _("The solution deadline ran out"),
        "internal": _("The internal deadline of %(team)s ran out") % {"team": _team(data, names)},
    }
    binding = _("guarantee") if data.get("commitment") == GUARANTEE else ""
    return sentences.get(data.get("clock", ""), _("A deadline ran out")), binding


def _team(data, names: Names) -> str:
    """The team a deadline is of, by its name."""
    slug = data.get("team", "")
    return names.teams.get(slug, slug)


def _share_used(data) -> str:
    """How much of a deadline was used up when something was done about it."""
    if data.get("percent") == RUN_OUT:
        sentences = {
            "first_response": _("the answer deadline had run out"),
            "update": _("an update was not given in time"),
            "resolution": _("the solution deadline had run out"),
            "internal": _("the team's internal deadline had run out"),
        }
        return sentences[data["clock"]]
    sentences = {
        "first_response": _("%(percent)s%% of the time for an answer was used"),
        "update": _("%(percent)s%% of the time for an update was used"),
        "resolution": _("%(percent)s%% of the time for a solution was used"),
        "internal": _("%(percent)s%% of the team's own time was used"),
    }
    return sentences[data["clock"]] % {"percent": data["percent"]}


def _warned(ticket, data, names) -> tuple[str, str]:
    sentences = {
        "first_response": _("The answer deadline came near"),
        "update": _("The next update was soon due"),
        "resolution": _("The solution deadline came near"),
        "internal": _("The internal deadline of %(team)s came near") % {"team": _team(data, names)},
    }
    return sentences[data["clock"]], _share_used(data)


def _escalated(ticket, data, names) -> tuple[str, str]:
    """What a rule did, and why."""
    done = []
    if data.get("notified"):
        roles = [str(RECEIVER_WORDS.get(role, role)) for role in data["notified"]]
        done.append(_("Told %(receivers)s") % {"receivers": ", ".join(roles)})
    if data.get("proposed"):
        done.append(_("Proposed the priority %(priority)s") % {"priority": data["proposed"]})
    if data.get("moved_to"):
        team = names.teams.get(data["moved_to"], data["moved_to"])
        done.append(_("Moved the case to %(team)s") % {"team": team})
    if data.get("left"):
        team = names.teams.get(data["left"], data["left"])
        done.append(_left_to_people(team, data.get("because", "")))
    why = _("because %(why)s. The rule: %(rule)s")
    return ". ".join(done), why % {"rule": _rule(data["rule"], names), "why": _share_used(data)}


def _rule(name: str, names: Names) -> str:
    """The sentence of a rule as it was then; its name when the rules no longer tell."""
    for rule in service_model(names.version).policy.escalations:
        if rule.name == name:
            return rule_sentence(rule, names.teams)
    return name


def _left_to_people(team: str, because: str) -> str:
    sentences = {
        "security": _("Did not move the case to %(team)s: people move security cases"),
        "severity": _("Did not move the case to %(team)s: people move cases of severity A"),
        "no_team": _("Could not move the case to %(team)s: there is no such team"),
    }
    return sentences[because] % {"team": team}


def _rules_changed(ticket, data, names) -> tuple[str, str]:
    now = timezone.now()
    moved = [
        _("%(deadline)s: %(before)s → %(after)s")
        % {
            "deadline": DEADLINE_WORDS.get(each["clock"], each["clock"]),
            "before": _due_words(each["before"], now),
            "after": _due_words(each["after"], now),
        }
        for each in data.get("due", ())
    ]
    return _("The rules of the service model were changed"), "; ".join(moved)


def _due_words(due: str | None, now: datetime) -> str:
    return moment_in_words(datetime.fromisoformat(due), now) if due else _("none")


def _clocks_corrected(ticket, data, names) -> tuple[str, str]:
    count = len(data.get("changes", []))
    return _("Corrected the deadlines by the log"), ngettext(
        "%(count)s value was another", "%(count)s values were others", count
    ) % {"count": count}


# Every kind of event has its sentence; a test holds this against the state machine.
SENTENCES = {
    "opened": _opened,
    "taken": lambda ticket, data, names: (_("Took the case"), ""),
    "assigned": _assigned,
    "public_reply": _replied,
    "waiting_customer": lambda ticket, data, names: (_("Asked for more information"), ""),
    "waiting_third_party": _waits_outside,
    "resumed": lambda ticket, data, names: (_("Took the case up again after the wait"), ""),
    "customer_reply": lambda ticket, data, names: (_("Replied"), ""),
    "automatic_reply": lambda ticket, data, names: (_("An automatic reply came in"), ""),
    "type_changed": _type_changed,
    "product_changed": _product_changed,
    "language_changed": _language_changed,
    "priority_changed": _priority_changed,
    "handed_over": _handed_over,
    "handed_back": _handed_back,
    "consulted": _consulted,
    "noted": lambda ticket, data, names: (_("Wrote a note"), ""),
    "merged": _merged,
    "closed": _closed,
    "resolved": _resolved,
    "reopened": lambda ticket, data, names: (_("Reopened the case"), ""),
    "continued": _continued,
    "breached": _breached,
    "warned": _warned,
    "escalated": _escalated,
    "clocks_corrected": _clocks_corrected,
    "rules_changed": _rules_changed,
}
