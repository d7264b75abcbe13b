"""Which cases are the sample's, and how far each has been told."""

from django.db import models

from triage.tickets.models import Ticket


class SampleLoad(models.Model):
    """A moment the sample was loaded up to. One that is not finished is gone on with."""

    as_of = models.DateTimeField(unique=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.as_of.isoformat()


class SampleCase(models.Model):
    """A case of the sample.

    `told` is how many steps of its telling have happened, `version` the ticket's version after the
    last of them: another version says that a person has worked on it since, and it is left alone.
    """

    key = models.CharField(max_length=80, unique=True)
    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="+")
    told = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField()
    ended = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["ended"], name="sample_to_go_on")]

    def __str__(self) -> str:
        return self.key
