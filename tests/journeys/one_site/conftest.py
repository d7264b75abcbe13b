"""One site for all journeys of this folder: each has people of its own there.

To build a world, and to empty the database after it, takes longer than many a page. What stays
from one journey to the next is what stays on a site that is used: other people's posts and cases.
"""

from __future__ import annotations

import pytest

from tests.journeys.kept import kept_site, take_over
from tests.journeys.world import Place, World, make_people, make_place


@pytest.fixture(scope="package")
def site(tmp_path_factory, django_db_setup, django_db_blocker) -> tuple[Place, dict[str, object]]:
    """Where all of these journeys go, and its settings."""
    with kept_site(tmp_path_factory.mktemp("site"), django_db_blocker) as settings:
        yield make_place(("nb", "nn")), settings


@pytest.fixture
def world(site, settings, language) -> World:
    """New people of the journey's language at the place."""
    place, kept = site
    take_over(settings, kept)
    return make_people(place, language)
