"""People, organisations, memberships, contact roles and teams."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.kinds import NoticeKind, OrganisationType, Segment, Size
from accounts.languages import Language
from accounts.roles import ContactRole, Group, Line
from accounts.staff_models import StaffChange  # noqa: F401  a model of this app
from accounts.standing import Standing, standing_of
from accounts.terms_models import TermsSignature, TermsVersion  # noqa: F401  models of this app


def _signed_in(user) -> bool:
    return user.is_authenticated and user.is_active


class UserQuerySet(models.QuerySet["User"]):
    """People, and who may see them."""

    def visible_to(self, user) -> UserQuerySet:
        """People whose name and address the user may see.

        Oneself; everybody for administrators and the desk; for a contact, those who belong to or
        have asked to join the organisation; for other members, their organisation's contacts.
        """
        if not _signed_in(user):
            return self.none()
        if user.is_administrator or user.is_support:
            return self
        seen = Membership.objects.visible_to(user).filter(status__in=Membership.CURRENT)
        return self.filter(Q(pk=user.pk) | Q(pk__in=seen.values("user_id")))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Makes users whose e-mail address is their sign-in name."""

    def get_by_natural_key(self, email: str | None) -> User:
        """Sign-in names are compared without regard to case."""
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        """A person with this address; without a password they cannot sign in by one."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> User:
        """An administrator with every permission, for the first sign-in of an installation."""
        # allauth's models need this one, so they cannot be imported before it.
        from accounts.addresses import confirm_address

        user = self.create_user(email, password, is_superuser=True, **fields)
        confirm_address(user)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Holds no national identity number: outside sign-in is tied by `subject`."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language of pages and mail"),
        max_length=2,
        choices=Language.choices,
        default=Language.NB,
    )
    issuer = models.CharField(max_length=200, blank=True, editable=False)
    subject = models.CharField(max_length=255, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [models.Index(fields=["name", "id"], name="person_by_name")]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lowercase"),
            models.UniqueConstraint(
                fields=["issuer", "subject"], condition=~Q(subject=""), name="user_subject_unique"
            ),
            models.CheckConstraint(
                condition=Q(issuer="", subject="") | (~Q(issuer="") & ~Q(subject="")),
                name="user_issuer_with_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        """The name as written; Wagtail's screens ask for it by this name."""
        return self.name

    def get_short_name(self) -> str:
        """The first word of the name, or the address's local part."""
        return self.display_name.split(" ")[0]

    @property
    def display_name(self) -> str:
        """What others see: the name, else the local part of the address, never the address."""
        return self.name or self.email.split("@")[0]

    @cached_property
    def standing(self) -> Standing:
        """What the person is part of; read once for each loaded user."""
        return standing_of(self.pk)

    @property
    def own_groups(self) -> dict[int, str]:
        """The name of each of the person's groups by its id."""
        return self.standing.groups

    @property
    def group_names(self) -> frozenset[str]:
        """The names of the person's groups."""
        return frozenset(self.own_groups.values())

    @cached_property
    def own_teams(self) -> tuple[Team, ...]:
        """The teams the person works in, by name; read once for each loaded user."""
        return tuple(self.teams.order_by("name", "pk"))

    @property
    def team_lines(self) -> dict[int, str]:
        """Line of each team the person works in, by the team's id."""
        return self.standing.team_lines

    @property
    def own_contact_roles(self) -> frozenset[tuple[int, str]]:
        """Organisation and role of each contact role of an active member."""
        return self.standing.contact_roles

    @property
    def contact_organisation_ids(self) -> frozenset[int]:
        """Organisations whose cases the person may see: those they hold a contact role in."""
        return frozenset(organisation for organisation, _role in self.own_contact_roles)

    @property
    def incident_organisation_ids(self) -> frozenset[int]:
        """Organisations whose security cases the person may see, as their incident contact."""
        return frozenset(
            organisation
            for organisation, role in self.own_contact_roles
            if role == ContactRole.INCIDENT
        )

    @cached_property
    def organisation_ids(self) -> frozenset[int]:
        """Organisations the person is an active member of."""
        rows = self.memberships.filter(status=Membership.Status.ACTIVE)
        return frozenset(rows.values_list("organisation_id", flat=True))

    @property
    def is_administrator(self) -> bool:
        """May change settings, people and organisations."""
        return self.is_active and (self.is_superuser or Group.ADMINISTRATOR in self.group_names)

    @property
    def is_manager(self) -> bool:
        """May read reports across organisations."""
        return self.is_active and (self.is_administrator or Group.MANAGER in self.group_names)

    @property
    def is_editor(self) -> bool:
        """May write articles."""
        return self.is_active and (self.is_superuser or Group.EDITOR in self.group_names)

    @property
    def is_moderator(self) -> bool:
        """May hide and restore what community members write."""
        return self.is_active and (self.is_administrator or Group.MODERATOR in self.group_names)

    @property
    def is_first_line(self) -> bool:
        """Works in the first line, which sees every ordinary case."""
        return self.is_active and Line.FIRST in self.team_lines.values()

    @property
    def handles_security(self) -> bool:
        """Works in a team that may see every security case."""
        return self.is_active and self.standing.handles_security

    @property
    def is_support(self) -> bool:
        """Works in any team of the desk, first line or second."""
        return self.is_active and bool(self.team_lines)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations, and who may open their page."""

    def visible_to(self, user) -> OrganisationQuerySet:
        """Organisations whose page the user may open.

        All for administrators, managers and the desk; else those one is a member of.
        """
        if not _signed_in(user):
            return self.none()
        if user.is_administrator or user.is_manager or user.is_support:
            return self
        return self.filter(pk__in=user.organisation_ids)


class Organisation(models.Model):
    """A body that uses the platform, supplies systems for it, or runs it."""

    Type, Segment, Size = OrganisationType, Segment, Size

    name = models.CharField(_("name"), max_length=200)
    type = models.CharField(_("type"), max_length=20, choices=Type.choices)
    segment = models.CharField(_("segment"), max_length=20, choices=Segment.choices)
    size = models.CharField(_("size"), max_length=10, choices=Size.choices, default=Size.UNKNOWN)
    organisation_number = models.CharField(_("organisation number"), max_length=9, blank=True)
    written_standard = models.CharField(
        _("written standard"), max_length=2, choices=Language.choices, default=Language.NB
    )
    external_id = models.CharField(_("id in the CRM"), max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_number"],
                condition=~Q(organisation_number=""),
                name="organisation_number_unique",
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                condition=~Q(external_id=""),
                name="organisation_external_id_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationDomain(models.Model):
    """An e-mail domain that suggests an organisation; several organisations may share one."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="domains")
    domain = models.CharField(_("e-mail domain"), max_length=253, db_index=True)

    class Meta:
        verbose_name = _("e-mail domain")
        verbose_name_plural = _("e-mail domains")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "domain"], name="organisation_domain_unique"
            ),
            models.CheckConstraint(condition=Q(domain=Lower("domain")), name="domain_lowercase"),
        ]

    def __str__(self) -> str:
        return self.domain


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, and who may see them."""

    def active(self) -> MembershipQuerySet:
        """Those in force."""
        return self.filter(status=Membership.Status.ACTIVE)

    def contacts(self) -> MembershipQuerySet:
        """Those in force that hold a contact role, each once."""
        holders = MembershipContactRole.objects.values("membership_id")
        return self.active().filter(pk__in=holders)

    def visible_to(self, user) -> MembershipQuerySet:
        """Memberships the user may see.

        One's own; all for administrators and the desk; those of their organisation for contacts;
        for other members, who their organisation's contacts are.
        """
        if not _signed_in(user):
            return self.none()
        if user.is_administrator or user.is_support:
            return self
        contacts = Membership.objects.contacts().filter(organisation__in=user.organisation_ids)
        return self.filter(
            Q(user=user)
            | Q(organisation__in=user.contact_organisation_ids)
            | Q(pk__in=contacts.values("pk"))
        )


class Membership(models.Model):
    """A person's place in an organisation: asked for, then active, then left."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waiting for approval")
        ACTIVE = "active", pgettext_lazy("membership", "Active")
        DECLINED = "declined", pgettext_lazy("membership", "Declined")
        LEFT = "left", pgettext_lazy("membership", "Left")

    CURRENT = (Status.REQUESTED, Status.ACTIVE)

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    status = models.CharField(max_length=10, choices=Status.choices)
    requested_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decline_reason = models.CharField(max_length=500, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_unique"),
            models.CheckConstraint(
                condition=Q(status="requested", decided_at__isnull=True)
                | Q(status__in=["active", "declined", "left"], decided_at__isnull=False),
                name="membership_decided_has_time",
            ),
            models.CheckConstraint(
                condition=Q(decline_reason="") | Q(status="declined"),
                name="membership_reason_when_declined",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "status"]),
            models.Index(fields=["status", "requested_at"], name="membership_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"


class MembershipContactRole(models.Model):
    """One contact role a member holds for the organisation; one person may hold several."""

    ROLES = [
        (ContactRole.SERVICE_MANAGEMENT, _("Service management")),
        (ContactRole.INFORMATION, _("Information")),
        (ContactRole.INCIDENT, _("Incidents")),
        (ContactRole.ORDERING, _("Ordering")),
    ]

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="contact_roles")
    role = models.CharField(max_length=20, choices=ROLES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "role"], name="contact_role_unique")
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations, and which of them still stand."""

    def unanswered(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; may have expired."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def open(self, now: datetime) -> InvitationQuerySet:
        """Those that may be accepted at `now`."""
        return self.unanswered().filter(expires_at__gt=now)

    def visible_to(self, user) -> InvitationQuerySet:
        """All for administrators; for a contact, those of their organisation."""
        if not _signed_in(user):
            return self.none()
        if user.is_administrator:
            return self
        return self.filter(organisation__in=user.contact_organisation_ids)


class Invitation(models.Model):
    """An invitation sent to an address: whoever confirms that address may accept it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "created_at"]),
            models.Index(fields=["email"], name="invitation_email"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_unanswered_unique",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="invitation_email_lowercase"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="invitation_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.pk})"


class NoticeChoice(models.Model):
    """Whether a person wants mail of one kind; without a row they do."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    by_mail = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values), name="notice_choice_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"


class Team(models.Model):
    """A team of the desk: the first line, a named second-line team, or another desk."""

    LINES = [
        (Line.FIRST, _("First line")),
        (Line.SECOND, _("Second line")),
        (Line.OTHER_DESK, _("Another desk")),
    ]

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    line = models.CharField(_("line"), max_length=10, choices=LINES)
    responsibility_nb = models.CharField(_("answers for (bokmål)"), max_length=300, blank=True)
    responsibility_nn = models.CharField(_("answers for (nynorsk)"), max_length=300, blank=True)
    responsibility_en = models.CharField(_("answers for (English)"), max_length=300, blank=True)
    handles_security = models.BooleanField(_("may see security cases"), default=False)
    members = models.ManyToManyField(User, related_name="teams", blank=True)
    lead = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="led_teams",
        verbose_name=_("team lead"),
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["line", "name"]

    def __str__(self) -> str:
        return self.name
