"""A desk, a community, and a question between them."""

from __future__ import annotations

import pytest

from cms.community.models import Question
from tests.cms.community.posts import known
from tests.factories import make_user
from tests.portal.bridges.asking import ask
from tests.triage.tickets.desk import Desk, make_desk
from triage.sla.service_model import service_model


@pytest.fixture(autouse=True)
def _own_service_model():
    """No version of the service model of another test, whatever its number."""
    service_model.cache_clear()
    yield
    service_model.cache_clear()


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role of the desk."""
    return make_desk()


@pytest.fixture
def moderator(desk):
    """Somebody who looks after the community."""
    return make_user(name="Moa Moderator", groups=("moderator",))


@pytest.fixture
def editor(desk):
    """Somebody who writes articles."""
    return make_user(name="Eli Redaktør", groups=("editor",))


@pytest.fixture
def question(desk) -> Question:
    """Kari asks at ten on a Tuesday; nobody has answered."""
    return ask(desk)


@pytest.fixture
def member(desk):
    """Somebody of the community who has shown that they wish well."""
    return known(make_user(name="Mari Medlem"))
