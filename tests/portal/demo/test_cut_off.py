"""A load that is killed is gone on with, and gives what one that was not killed gives."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from portal.demo import loading, telling
from portal.demo.models import SampleCase, SampleLoad
from tests.portal.demo.conftest import AS_OF, quiet

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process is gone."""


def test_a_load_cut_off_in_the_middle_goes_on_from_there_at_the_same_moment(small, monkeypatch):
    monkeypatch.setattr(loading, "HISTORY", timedelta(days=4))
    monkeypatch.setattr(telling, "TOGETHER", 5)
    told = []

    def until_killed(text: str) -> None:
        told.append(text)
        if sum(line.startswith("cases:") for line in told) == 4:
            raise Killed

    with transaction.atomic():
        loading.load_sample(as_of=AS_OF, say=quiet)
        in_one_go = _stories()
        transaction.set_rollback(True)
    with pytest.raises(Killed):
        loading.load_sample(as_of=AS_OF, say=until_killed)
    assert 0 < SampleCase.objects.count() < 50
    assert SampleLoad.objects.get().finished_at is None
    loading.load_sample(as_of=AS_OF + timedelta(hours=3), say=quiet)
    load = SampleLoad.objects.get()
    assert (load.as_of, load.finished_at is not None) == (AS_OF, True)
    assert _stories() == in_one_go


def _stories() -> dict:
    """Each case by its key with its log and its texts, whatever its number."""
    return {
        row.key: (
            list(row.ticket.events.values_list("kind", "at", "actor__email")),
            [text.replace(row.ticket.reference, "") for text in
             row.ticket.messages.order_by("pk").values_list("body", flat=True)],
        )
        for row in SampleCase.objects.select_related("ticket")
    }  # fmt: skip
