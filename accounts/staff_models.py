"""What is kept of who got and lost which role here, and when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StaffChange(models.Model):
    """One change of what a person may do here. Written with the change, and never changed itself.

    `given` and `taken` hold roles by the words of `accounts.duties`, such as "group:editor" and
    "team:servicedesk". `by` is empty once the one who did it is no more.
    """

    class Kind(models.TextChoices):
        INVITED = "invited", _("Got an account")
        ROLES = "roles", _("Roles or teams were changed")
        CLOSED = "closed", _("The account was closed")
        OPENED = "opened", _("The account was opened again")

    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="staff_changes")
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    given = models.JSONField(default=list)
    taken = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["person", "id"], name="staff_change_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["invited", "roles", "closed", "opened"]),
                name="staff_change_known_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind="roles", given=[], taken=[]), name="staff_change_is_a_change"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.at:%Y-%m-%d}"
