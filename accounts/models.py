"""People, organisations, memberships, contact roles and teams."""

from __future__ import annotations

from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import ContactRole, Group, Line


class Language(models.TextChoices):
    """The languages of the interface, and the written standards of a text."""

    NB = "nb", _("Bokmål")
    NN = "nn", _("Nynorsk")
    EN = "en", _("English")


class UserManager(BaseUserManager["User"]):
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
        return self.create_user(email, password, is_superuser=True, **fields)


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
    def group_names(self) -> frozenset[str]:
        """The names of the person's groups, read once for each loaded user."""
        return frozenset(self.groups.values_list("name", flat=True))

    @cached_property
    def team_lines(self) -> dict[int, str]:
        """Line of each team the person works in, by the team's id."""
        return dict(self.teams.values_list("pk", "line"))

    @cached_property
    def contact_organisation_ids(self) -> frozenset[int]:
        """Organisations whose cases the person may see: those they hold a contact role in."""
        rows = self.memberships.filter(
            status=Membership.Status.ACTIVE, contact_roles__isnull=False
        ).values_list("organisation_id", flat=True)
        return frozenset(rows)

    @cached_property
    def incident_organisation_ids(self) -> frozenset[int]:
        """Organisations whose security cases the person may see, as their incident contact."""
        rows = self.memberships.filter(
            status=Membership.Status.ACTIVE, contact_roles__role=ContactRole.INCIDENT
        ).values_list("organisation_id", flat=True)
        return frozenset(rows)

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

    @cached_property
    def handles_security(self) -> bool:
        """Works in a team that may see every security case."""
        return self.is_active and self.teams.filter(handles_security=True).exists()

    @property
    def is_support(self) -> bool:
        """Works in any team of the desk, first line or second."""
        return self.is_active and bool(self.team_lines)


class Organisation(models.Model):
    """A body that uses the platform, supplies systems for it, or runs it."""

    class Type(models.TextChoices):
        SERVICE_OWNER = "service_owner", _("Service owner")
        SYSTEM_SUPPLIER = "system_supplier", _("End-user-system supplier")
        INTERNAL = "internal", _("Internal")

    class Segment(models.TextChoices):
        STATE = "state", _("State")
        COUNTY = "county", _("County")
        MUNICIPALITY = "municipality", _("Municipality")
        OTHER_PUBLIC = "other_public", _("Other public body")
        SYSTEM_SUPPLIER = "system_supplier", _("End-user-system supplier")
        INTERNAL = "internal", _("Partner or internal")

    name = models.CharField(_("name"), max_length=200)
    type = models.CharField(_("type"), max_length=20, choices=Type.choices)
    segment = models.CharField(_("segment"), max_length=20, choices=Segment.choices)
    organisation_number = models.CharField(_("organisation number"), max_length=9, blank=True)
    written_standard = models.CharField(
        _("written standard"), max_length=2, choices=Language.choices, default=Language.NB
    )
    external_id = models.CharField(_("id in the CRM"), max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

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


class Membership(models.Model):
    """A person's place in an organisation: asked for or invited, then active, then left."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waiting for approval")
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active")
        DECLINED = "declined", _("Declined")
        LEFT = "left", _("Left")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    status = models.CharField(max_length=10, choices=Status.choices)
    requested_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_unique"),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "invited"], decided_at__isnull=True)
                | Q(status__in=["active", "declined", "left"], decided_at__isnull=False),
                name="membership_decided_has_time",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "status"])]

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

    class Meta:
        indexes = [models.Index(fields=["organisation", "created_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="invitation_expires_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.pk})"


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

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["line", "name"]

    def __str__(self) -> str:
        return self.name
