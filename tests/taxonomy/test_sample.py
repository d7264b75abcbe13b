from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from accounts.models import Team
from accounts.sample import load_teams
from taxonomy.models import AccessPackage, AccessPackageArea, Audience, Product, Topic
from taxonomy.sample import load_taxonomy

SAMPLE = Path(settings.BASE_DIR) / "sample"

pytestmark = pytest.mark.django_db


def counts():
    models = (Product, Topic, Audience, AccessPackageArea, AccessPackage, Team)
    return [model.objects.count() for model in models]


def test_vocabulary_and_teams_load_once_however_often():
    loaded = load_taxonomy(SAMPLE / "taxonomy.yaml") + load_teams(SAMPLE / "teams.yaml")
    first = counts()
    load_taxonomy(SAMPLE / "taxonomy.yaml")
    load_teams(SAMPLE / "teams.yaml")

    assert counts() == first
    assert sum(first) == loaded
    assert first[0] == 13
    assert first[4] >= 40


def test_every_name_is_there_in_each_language():
    load_taxonomy(SAMPLE / "taxonomy.yaml")

    for model in (Product, Topic, Audience, AccessPackageArea, AccessPackage):
        assert not model.objects.filter(name_nn="").exists()
        assert not model.objects.filter(name_en="").exists()
    audience = Audience.objects.get(slug="service-owner")
    with translation.override("nn"):
        assert audience.name == "Tenesteeigarar"


def test_packages_are_known_by_their_urn():
    load_taxonomy(SAMPLE / "taxonomy.yaml")

    package = AccessPackage.objects.get(urn="urn:altinn:accesspackage:lonn")
    assert (package.name_nb, package.area.slug) == ("Lønn", "personale")


def test_ended_product_says_when():
    load_taxonomy(SAMPLE / "taxonomy.yaml")

    product = Product.objects.get(slug="altinn2")
    assert (product.status, product.ends_on.isoformat()) == ("ended", "2026-06-19")


def test_only_the_security_team_handles_security_and_one_team_is_first_line():
    load_teams(SAMPLE / "teams.yaml")

    assert list(Team.objects.filter(handles_security=True)) == [Team.objects.get(slug="sikkerhet")]
    assert [team.slug for team in Team.objects.filter(line="first")] == ["servicedesk"]
