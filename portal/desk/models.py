"""The views of the queue that people have named for themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class OwnViewQuerySet(models.QuerySet):
    """Own views are for the one who named them."""

    def visible_to(self, user) -> OwnViewQuerySet:
        """Those the person has named."""
        return self.filter(owner=user) if user.is_authenticated else self.none()


class OwnView(models.Model):
    """A view of the queue and filters in it, under a name of the owner's.

    `query` is the queue's address after the question mark, as `QueueQuery.address` has it.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)

    objects = OwnViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="own_view_name_once"),
            models.UniqueConstraint(fields=["owner", "query"], name="own_view_query_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(query=""), name="own_view_is_whole"),
        ]

    def __str__(self) -> str:
        return self.name
