"""A ticket, what was written in it, and the log of what happened to it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.files.storage import storages
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Language, Membership, Organisation, Team, User
from accounts.roles import ContactRole
from taxonomy.models import Product, Topic
from triage.sla.models import PolicyVersion
from triage.tickets import codes
from triage.tickets.codes import Channel, Environment, SolutionCode
from triage.tickets.deadline_models import DeadlineNotice  # noqa: F401  a model of this app
from triage.tickets.kinds import CaseType, Priority
from triage.tickets.references import reference_of
from triage.tickets.rule_models import RuleChange  # noqa: F401  a model of this app
from triage.tickets.states import OPEN_STATUSES, Status

# Where a ticket stands in the queue while nothing of it is due: after everything that is.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
OPEN = [str(status) for status in OPEN_STATUSES]
# Open, said so that a partial index can be used: SQLite cannot match a list of bound values with
# the condition of an index. The constraints of the model keep this and the status together.
IS_OPEN = Q(resolved_at__isnull=True, closed_at__isnull=True)


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Filters that chain."""

    def open(self) -> TicketQuerySet:
        """Tickets that somebody still has to do something with."""
        return self.filter(IS_OPEN)

    def visible_to(self, user) -> TicketQuerySet:
        """The tickets this person may read: the one place where it is decided.

        Requesters and added people see their own; contact roles their organisation's. The first
        line, managers and administrators see all ordinary cases; a second-line team those it has
        or had, or was asked about. Security cases are for those involved and for teams that
        handle security; in the organisation, for the requester and the incident contact.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self.all()
        return self.filter(self._visibility(user))

    def _visibility(self, user: User) -> Q:
        """The rule as subqueries only, so that no join can show a row twice.

        The commonest ground comes first: the rest is not looked up for rows it lets through.
        """
        rule = Q()
        if user.is_first_line or user.is_manager:
            rule |= Q(security=False)
        if user.handles_security:
            rule |= Q(security=True)
        return rule | self._by_team(user) | self._by_request(user)

    def _by_team(self, user: User) -> Q:
        """Cases a team of the person has or had, or was asked about."""
        teams = list(user.team_lines)
        if not teams:
            return Q()
        parts = Involvement.objects.filter(team__in=teams)
        if not user.is_first_line:
            return Q(team__in=teams) | Q(pk__in=parts.values("ticket"))
        # The first line has had nearly every case: ask for the row at hand, list nothing.
        part = Subquery(parts.filter(ticket=OuterRef("pk")).values("pk")[:1])
        return Q(team__in=teams) | Q(IsNull(part, False))

    def _by_request(self, user: User) -> Q:
        """Cases the person asked in or follows, or that their contact role answers for.

        A colleague who was added follows the case for as long as they are a colleague.
        """
        contacts = Organisation.objects.filter(
            memberships__user=user,
            memberships__status="active",
            memberships__contact_roles__isnull=False,
        )
        incident_contacts = contacts.filter(
            memberships__contact_roles__role=ContactRole.INCIDENT, memberships__user=user
        )
        member_of = Membership.objects.active().filter(user=user).values("organisation")
        followed = Participant.objects.filter(
            Q(ticket__organisation=None) | Q(ticket__organisation__in=member_of), user=user
        )
        return (
            Q(requester=user)
            | Q(pk__in=followed.values("ticket"))
            | Q(organisation__in=contacts.values("pk"), security=False)
            | Q(organisation__in=incident_contacts.values("pk"), security=True)
        )


class Ticket(models.Model):
    """A case: one matter somebody wants help with, from the first word to the end of it."""

    subject = models.CharField(_("subject"), max_length=200)
    status = models.CharField(max_length=20, choices=codes.STATUSES, default=Status.NEW)
    case_type = models.CharField(
        _("type"), max_length=30, choices=codes.CASE_TYPES, default=CaseType.QUESTION
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="+")
    environment = models.CharField(
        max_length=10, choices=Environment.choices, default=Environment.UNKNOWN
    )
    impact = models.PositiveSmallIntegerField(choices=codes.IMPACTS, default=3)
    urgency = models.PositiveSmallIntegerField(choices=codes.URGENCIES, default=3)
    severity = models.CharField(max_length=1, choices=codes.SEVERITIES, blank=True)
    security = models.BooleanField(_("security"), default=False)
    priority = models.CharField(
        max_length=2, choices=codes.PRIORITIES, default=Priority.P4, editable=False
    )

    requester = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="requested_tickets"
    )
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(max_length=254, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.NB)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.PORTAL)

    team = models.ForeignKey(Team, models.PROTECT, related_name="tickets")
    assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="assigned_tickets"
    )
    has_new_reply = models.BooleanField(default=False)

    opened_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    first_responded_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    solution_code = models.CharField(max_length=20, choices=SolutionCode.choices, blank=True)
    close_reason = models.CharField(max_length=20, choices=codes.CLOSE_REASONS, blank=True)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    continues = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by"
    )

    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_due_kind = models.CharField(max_length=20, blank=True)
    queue_at = models.DateTimeField(default=NEVER, editable=False)
    breached_at = models.DateTimeField(null=True, blank=True)

    external_id = models.CharField(_("id in the CRM"), max_length=100, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["queue_at", "id"], condition=IS_OPEN, name="queue_all"),
            models.Index(fields=["team", "queue_at", "id"], condition=IS_OPEN, name="queue_team"),
            models.Index(
                fields=["assignee", "queue_at", "id"], condition=IS_OPEN, name="queue_assignee"
            ),
            models.Index(
                fields=["status", "queue_at", "id"], condition=IS_OPEN, name="queue_status"
            ),
            models.Index(fields=["requester", "-changed_at", "-id"], name="own_tickets"),
            models.Index(
                fields=["organisation", "-changed_at", "-id"], name="organisation_tickets"
            ),
            models.Index(fields=["-changed_at", "-id"], name="all_tickets"),
            models.Index(fields=["opened_at"], name="tickets_opened"),
            models.Index(
                fields=["opened_at"], condition=Q(security=True), name="tickets_of_security"
            ),
            models.Index(
                # Without the open cases, or SQLite would find the queue by it and sort it all.
                fields=["resolved_at"],
                condition=Q(resolved_at__isnull=False),
                name="tickets_resolved",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(requester__isnull=False) | ~Q(contact_email="") | ~Q(contact_name=""),
                name="ticket_has_requester",
            ),
            models.CheckConstraint(
                condition=~Q(status="resolved")
                | (Q(resolved_at__isnull=False) & ~Q(solution_code="")),
                name="resolved_has_time_and_code",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | (Q(closed_at__isnull=False) & ~Q(close_reason="")),
                name="closed_has_time_and_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=OPEN) | IS_OPEN, name="open_has_no_end_time"
            ),
            models.CheckConstraint(
                condition=~Q(close_reason="duplicate", status="closed")
                | Q(duplicate_of__isnull=False),
                name="duplicate_names_the_other",
            ),
            models.CheckConstraint(
                condition=Q(impact__in=[1, 2, 3], urgency__in=[1, 2, 3]), name="impact_urgency_1_3"
            ),
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="ticket_external_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The case number people say and write."""
        return reference_of(self.pk)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something with it."""
        return self.status in OPEN_STATUSES

    @property
    def requester_name(self) -> str:
        """Who asked, as shown to staff."""
        return self.requester.display_name if self.requester else self.contact_name

    @property
    def requester_email(self) -> str:
        """Where notices to the requester go; empty when there is no address."""
        return self.requester.email if self.requester else self.contact_email


class Involvement(models.Model):
    """A team's part in a ticket: it has it, or was asked about it."""

    class Kind(models.TextChoices):
        OWNER = "owner", _("Has the case")
        CONSULTED = "consulted", _("Asked for advice")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="involvements")
    team = models.ForeignKey(Team, models.PROTECT, related_name="involvements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["team", "ticket"]),
            models.Index(fields=["ticket", "id"]),
            models.Index(fields=["team", "kind", "ended_at"], name="involvement_open_part"),
            models.Index(fields=["started_at"], name="involvement_started"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(kind="owner", ended_at__isnull=True),
                name="one_owning_team",
            ),
            models.UniqueConstraint(
                fields=["ticket", "team"],
                condition=Q(kind="consulted", ended_at__isnull=True),
                name="one_open_consult_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.kind}"


class Participant(models.Model):
    """Somebody else who may follow the case: a colleague the requester added."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user"], name="participant_unique")
        ]

    def __str__(self) -> str:
        return str(self.user)


class Message(models.Model):
    """Something written in a case. Internal notes are never shown to the requester's side."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", pgettext_lazy("message", "Public")
        INTERNAL = "internal", _("Internal note")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    visibility = models.CharField(max_length=10, choices=Visibility.choices)
    from_requester = models.BooleanField(default=False)
    automatic = models.BooleanField(default=False)
    body = models.TextField()
    masked_numbers = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"]),
            models.Index(
                fields=["created_at"], condition=Q(masked_numbers__gt=0), name="messages_masked"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_requester=False) | Q(visibility="public"),
                name="requester_writes_in_public",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.visibility} {self.pk}"


def attachment_storage():
    """Where attachments lie: outside everything that has an address of its own."""
    return storages["attachments"]


class Attachment(models.Model):
    """A file in a message; its name is masked and its kind is what its bytes say."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.FileField(storage=attachment_storage, max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name


class LogIsAppendOnly(Exception):
    """A line of the log was to be changed or removed; write a new line instead."""


class TicketEventQuerySet(models.QuerySet["TicketEvent"]):
    """Reads and additions only."""

    def update(self, **fields):
        """Refused. Raises LogIsAppendOnly."""
        raise LogIsAppendOnly

    def delete(self):
        """Refused. Raises LogIsAppendOnly."""
        raise LogIsAppendOnly


class TicketEvent(models.Model):
    """One line of a ticket's log. Rows are only ever added; the database refuses changes too."""

    ticket = models.ForeignKey(Ticket, models.DO_NOTHING, related_name="events")
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.DO_NOTHING, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict)

    objects = TicketEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["ticket", "at", "id"]),
            models.Index(fields=["kind", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class TicketClock(models.Model):
    """One promise of a ticket as replayed from its log: what queue, sweep and reports read.

    A team's internal deadline is one too, of the kind INTERNAL: `team` is its slug then, else "".
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    team = models.CharField(max_length=50, blank=True, default="")
    commitment = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    warning_at = models.DateTimeField(null=True, blank=True)
    paused_since = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    # When the sweep comes next: at a share of the target, or when it runs out. None: never.
    sweep_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "number"], name="clock_unique"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(stopped_at__isnull=True),
                name="clock_met_or_stopped",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sweep_at", "id"],
                condition=Q(sweep_at__isnull=False),
                name="clocks_to_sweep",
            ),
            models.Index(fields=["due_at", "kind"], name="clocks_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.number}"

    @property
    def is_running(self) -> bool:
        """Whether the target is still to be met; one that is paused too."""
        return self.met_at is None and self.stopped_at is None


class ReplyTemplate(models.Model):
    """A ready answer in each written standard; staff change it before sending."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=100)
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True, related_name="+")
    text_nb = models.TextField(_("text (bokmål)"))
    text_nn = models.TextField(_("text (nynorsk)"))
    text_en = models.TextField(_("text (English)"))
    counts_as_answer = models.BooleanField(_("counts as a first response"), default=True)

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def text(self, language: str) -> str:
        """The text in the written standard, else in bokmål."""
        return getattr(self, f"text_{language}", "") or self.text_nb
