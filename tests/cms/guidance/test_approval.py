import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page, Site, Workflow

from cms.guidance.finishing import publish_approved
from cms.guidance.models import ArticlePage
from cms.guidance.setup import ensure_site
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article(title="Før", live=False)


@pytest.fixture
def writer(article):
    return make_user(groups=("editor",))


def submitted(article, writer, title="Etter"):
    """The article with a new version by the writer, sent for approval; its task state."""
    page = ArticlePage.objects.get(pk=article.pk)
    page.title = title
    page.save_revision(user=writer)
    return page.get_workflow().start(page, writer).current_task_state


def actions(article, user):
    page = ArticlePage.objects.get(pk=article.pk)
    task = page.current_workflow_task
    return {name for name, _label, _modal in task.get_actions(page, user)}


def act(client, user, state, action):
    client.force_login(user)
    address = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[state.workflow_state.object_id, action, state.pk],
    )
    return client.post(address, {"comment": ""})


@pytest.mark.parametrize("group", ["editor", "administrator"])
def test_second_person_approves_and_the_article_is_published(article, writer, client, group):
    state = submitted(article, writer)

    act(client, make_user(groups=(group,)), state, "approve")

    article.refresh_from_db()
    assert (article.live, article.title) == (True, "Etter")


def test_writer_cannot_approve_their_own(article, writer, client):
    state = submitted(article, writer)

    act(client, writer, state, "approve")

    article.refresh_from_db()
    assert not article.live
    assert actions(article, writer) == {"reject"}
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, writer, "approve")


def test_superuser_cannot_approve_their_own_either(article):
    boss = make_user(groups=("administrator",), is_superuser=True)
    state = submitted(article, boss)

    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, boss, "approve")
    assert actions(article, boss) == {"reject"}


def test_who_changes_the_text_under_approval_becomes_its_writer(article, writer):
    second = make_user(groups=("editor",))
    submitted(article, writer)
    page = ArticlePage.objects.get(pk=article.pk)
    page.title = "Rettet av den andre"
    page.save_revision(user=second)

    assert actions(article, second) == {"reject"}
    assert "approve" in actions(article, writer)


@pytest.mark.parametrize("group", ["moderator", "manager"])
def test_other_groups_approve_nothing(article, writer, client, group):
    state = submitted(article, writer)
    user = make_user(groups=(group,))

    assert actions(article, user) == set()
    act(client, user, state, "approve")
    article.refresh_from_db()
    assert not article.live


def test_second_person_can_send_it_back(article, writer, client):
    state = submitted(article, writer)

    act(client, make_user(groups=("editor",)), state, "reject")

    state.refresh_from_db()
    article.refresh_from_db()
    assert (state.status, article.live) == ("rejected", False)


def test_own_text_does_not_wait_for_oneself(article, writer):
    state = submitted(article, writer)
    task = state.task.specific

    assert not task.get_task_states_user_can_moderate(writer).exists()
    second = make_user(groups=("editor",))
    assert list(task.get_task_states_user_can_moderate(second)) == [state]


@pytest.mark.parametrize(("group", "may"), [("editor", False), ("administrator", True)])
def test_only_administrators_publish_directly(article, group, may):
    permissions = article.permissions_for_user(make_user(groups=(group,)))

    assert permissions.can_edit()
    assert permissions.can_publish() is may


def test_publish_action_of_an_editor_publishes_nothing(article, writer, client):
    client.force_login(writer)
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    form = {
        "title": "Ny", "slug": article.slug, "language": "nb", "answer": "Svar.",
        "products": [article.products.get().pk], "owner_team": article.owner_team_id,
        "authority": "guidance", "last_reviewed": "2026-01-01", "review_by": "2027-01-01",
        "body-count": "0", "related_articles-TOTAL_FORMS": "0",
        "related_articles-INITIAL_FORMS": "0", "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0", "action-publish": "1",
    }  # fmt: skip
    client.post(address, form)

    article.refresh_from_db()
    assert not article.live


def test_finished_workflow_of_the_writer_alone_is_refused(article, writer):
    state = submitted(article, writer)

    with pytest.raises(PermissionDenied):
        publish_approved(state.workflow_state, writer)


def test_setting_up_again_changes_nothing():
    ensure_site()
    before = (
        Page.objects.count(), Site.objects.count(), Group.objects.count(),
        GroupPagePermission.objects.count(), Workflow.objects.filter(active=True).count(),
    )  # fmt: skip
    ensure_site()

    after = (
        Page.objects.count(), Site.objects.count(), Group.objects.count(),
        GroupPagePermission.objects.count(), Workflow.objects.filter(active=True).count(),
    )  # fmt: skip
    assert after == before
    assert Site.objects.get().root_page.slug == "veiledning"
    assert Page.get_first_root_node().title == "Alle sider"  # an editor chooses pages below it
    assert set(Group.objects.values_list("name", flat=True)) == {
        "moderator", "editor", "manager", "administrator"
    }  # fmt: skip
