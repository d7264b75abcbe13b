import pytest
from django.contrib.auth.models import AnonymousUser, Group
from wagtail.models import PageViewRestriction

from cms.guidance.models import ArticlePage, SectionPage
from tests.factories import make_article, make_section, make_team, make_user

pytestmark = pytest.mark.django_db

STAFF = ("editor", "administrator")
OTHERS = ("anonymous", "signed in", "moderator", "manager", "first line", "second line")


def person(role):
    if role == "anonymous":
        return AnonymousUser()
    if role == "signed in":
        return make_user()
    if role.endswith("line"):
        return make_user(teams=(make_team(line=role.split()[0]),))
    return make_user(groups=(role,))


@pytest.fixture
def articles():
    section = make_section(slug="apen")
    closed = make_section(slug="lukket")
    rows = {
        "published": make_article(section, slug="publisert"),
        "draft": make_article(section, slug="kladd", live=False),
        "for signed in": make_article(section, slug="innlogget"),
        "for a group": make_article(section, slug="gruppe"),
        "with password": make_article(section, slug="passord"),
        "in closed section": make_article(closed, slug="i-lukket"),
    }
    login = PageViewRestriction.LOGIN
    PageViewRestriction.objects.create(page=rows["for signed in"], restriction_type=login)
    PageViewRestriction.objects.create(page=closed, restriction_type=login)
    group = PageViewRestriction.objects.create(
        page=rows["for a group"], restriction_type=PageViewRestriction.GROUPS
    )
    group.groups.add(Group.objects.get(name="manager"))
    PageViewRestriction.objects.create(
        page=rows["with password"], restriction_type=PageViewRestriction.PASSWORD, password="x"
    )
    return rows


def visible(articles, user):
    shown = set(ArticlePage.objects.visible_to(user).values_list("pk", flat=True))
    return {name for name, row in articles.items() if row.pk in shown}


@pytest.mark.parametrize("role", [*OTHERS, *STAFF])
def test_each_role_sees_what_it_may(articles, role):
    expected = {"published"}
    if role != "anonymous":
        expected |= {"for signed in", "in closed section"}
    if role == "manager":
        expected.add("for a group")
    if role in STAFF:
        expected = set(articles)

    assert visible(articles, person(role)) == expected


def test_inactive_editor_sees_no_drafts(articles):
    user = make_user(groups=("editor",), is_active=False)

    assert "draft" not in visible(articles, user)


def test_closed_section_is_not_listed(articles, client):
    assert [page.slug for page in SectionPage.objects.visible_to(AnonymousUser())] == ["apen"]
    body = client.get("/veiledning/").content.decode()
    assert "Artikkel" in body
    assert "i-lukket" not in body


def test_draft_has_no_address_for_readers(articles, client):
    assert client.get("/veiledning/apen/kladd/").status_code == 404
    assert client.get("/veiledning/apen/publisert/").status_code == 200
    assert client.get("/veiledning/apen/innlogget/").status_code == 302


@pytest.mark.parametrize(
    ("role", "expected"), [(None, 403), ("moderator", 403), ("manager", 200), ("editor", 200)]
)
def test_page_kept_for_a_group_is_opened_or_refused_as_search_would(
    articles, client, role, expected
):
    client.force_login(make_user(groups=(role,) if role else ()))

    assert client.get("/veiledning/apen/gruppe/").status_code == expected


def test_page_kept_for_who_is_signed_in_opens_once_they_are(articles, client):
    client.force_login(make_user())

    assert client.get("/veiledning/apen/innlogget/").status_code == 200


def test_feedback_on_what_one_may_not_see_is_not_found(articles, client):
    for name in ("draft", "for signed in", "with password"):
        address = f"/tilbakemelding/{articles[name].pk}/"
        assert client.post(address, {"useful": "yes"}).status_code == 404
