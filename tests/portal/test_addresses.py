"""Found things lead to their own address, for the one who found them."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from portal.addresses import addresses
from tests.factories import make_article, make_section, make_team, make_user

pytestmark = pytest.mark.django_db


def test_article_leads_to_its_page(client):
    article = make_article()
    [(document, address)] = addresses([f"article:{article.pk}"], user=AnonymousUser()).items()
    assert document == f"article:{article.pk}"
    assert client.get(address).status_code == 200


def test_case_leads_staff_to_the_desk_and_others_to_their_cases():
    agent = make_user(teams=(make_team(line="first"),))
    found = {
        user: addresses(["ticket:12"], user=user) for user in (agent, make_user(), AnonymousUser())
    }
    desk, own = reverse("desk_case", args=[12]), reverse("my_case", args=[12])
    assert [list(each.values()) for each in found.values()] == [[desk], [own], [own]]


@pytest.mark.parametrize(
    "document",
    [
        "article:999999",
        "question:999999",
        "article:x",
        "article:",
        "",
        "page:1",
        ":1",
        "ticket:²",
        "ticket:٣",
        *(f"{kind}:{'9' * 20}" for kind in ("article", "question", "ticket")),
    ],
)
def test_what_does_not_exist_has_no_address(document):
    assert addresses([document], user=AnonymousUser()) == {}


def test_many_documents_cost_as_many_statements_as_one(django_assert_num_queries):
    section = make_section()
    articles = [make_article(section) for _n in range(3)]
    counts = []
    for some in (articles[:1], articles):
        addresses([f"article:{article.pk}" for article in some], user=AnonymousUser())
        with django_assert_num_queries(1) as statements:
            addresses([f"article:{article.pk}" for article in some], user=AnonymousUser())
        counts.append(len(statements))
    assert counts[0] == counts[1]
