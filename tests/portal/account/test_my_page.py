"""One's own page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import User
from accounts.notices import wants_mail
from tests.factories import make_membership, make_organisation, make_team, make_user

pytestmark = pytest.mark.django_db


def save_profile(client, **fields):
    data = {"profile-name": "Kari", "profile-language": "nb"}
    data |= {f"profile-{key}": value for key, value in fields.items()}
    return client.post(reverse("account_profile"), data, follow=True)


def test_language_choice_is_kept_on_the_account_and_shown_at_once(visit):
    user = make_user()
    client = visit(user, language="en")
    page = save_profile(client, name="Kari  Ny\n", language="nn").content.decode()
    assert '<html lang="nn"' in page
    assert "Namnet og språket ditt er lagra." in page
    user.refresh_from_db()
    assert (user.name, user.language) == ("Kari Ny", "nn")
    assert '<html lang="nn"' in client.get(reverse("account")).content.decode()


def test_name_with_an_identity_number_is_not_taken_in(visit):
    user = make_user(name="Kari Vik")
    page = save_profile(visit(user), name="Kari 018180 00010").content.decode()
    assert "Write the name without a national identity number." in page
    user.refresh_from_db()
    assert user.name == "Kari Vik"


def test_language_button_of_the_header_is_kept_on_the_account(visit):
    user = make_user()
    visit(user).post(reverse("set_language"), {"language": "nn", "next": "/konto/meg/"})
    user.refresh_from_db()
    assert user.language == "nn"


@pytest.mark.parametrize("fields", [{"name": ""}, {"language": "xx"}, {"language": ""}])
def test_faulty_profile_is_not_saved(visit, fields):
    user = make_user(name="Før")
    response = save_profile(visit(user), **fields)
    assert response.status_code == 422
    user.refresh_from_db()
    assert (user.name, user.language) == ("Før", "nb")


def test_declined_mails_are_not_sent_and_the_boxes_remember(visit):
    user = make_user()
    client = visit(user)
    client.post(reverse("account_notices"), {"notices-kinds": ["receipt"]})
    assert wants_mail(user, "receipt")
    assert not wants_mail(user, "answer")
    page = client.get(reverse("account")).content.decode()
    assert page.count("checked") == 2, "the language and the receipt"


def test_all_mails_may_be_declined(visit):
    user = make_user()
    response = visit(user).post(reverse("account_notices"), {})
    assert response.status_code == 302
    assert not wants_mail(user, "receipt")


@pytest.mark.parametrize("kind", ["gossip", "assigned", "\x00"])
def test_kinds_one_cannot_receive_cannot_be_chosen(visit, kind):
    response = visit(make_user()).post(reverse("account_notices"), {"notices-kinds": [kind]})
    assert response.status_code == 422


def test_desk_chooses_its_own_mails(visit):
    user = make_user(teams=(make_team(name="Studio–Data"),))
    page = visit(user).get(reverse("account")).content.decode()
    assert "New reply in a case you have" in page
    assert "Studio–Data" in page
    assert "New reply" not in visit(make_user()).get(reverse("account")).content.decode()


def test_state_of_every_membership_is_told(visit):
    now, user, boss = timezone.now(), make_user(), make_user(groups=("administrator",))
    member = make_membership(user, make_organisation(name="Alfa"), roles=("ordering",))
    waiting = services.ask_to_join(user=user, organisation=make_organisation(name="Beta"), now=now)
    no = services.ask_to_join(user=user, organisation=make_organisation(name="Gamma"), now=now)
    services.decline_request(membership=no, by=boss, reason="Feil <b>sted</b>", now=now)
    left = make_membership(user, make_organisation(name="Delta"))
    services.leave(membership=left, by=user, now=now)
    page = visit(user).get(reverse("account")).content.decode()
    assert reverse("account_organisation", args=[member.organisation_id]) in page
    assert reverse("account_organisation", args=[waiting.organisation_id]) not in page
    assert reverse("account_take_back", args=[waiting.pk]) in page
    assert "Feil &lt;b&gt;sted&lt;/b&gt;" in page
    assert "Delta" not in page


def test_administrator_is_named_as_such(visit):
    boss = User.objects.create_superuser("sjef@fellesetaten.example", "passord-for-alle")
    assert "Administrator" in visit(boss).get(reverse("account")).content.decode()


@pytest.mark.parametrize("name", ["account", "account_profile", "account_notices", "account_join"])
def test_page_is_for_those_signed_in(visit, name):
    assert visit().get(reverse(name)).url.startswith(reverse("account_login"))


def test_my_page_takes_as_many_queries_with_many_organisations(visit, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(number: int) -> int:
        user = make_user()
        for _ in range(number):
            make_membership(user, make_organisation(), roles=("ordering", "incident"))
        client = visit(user)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("account"))
        return len(queries)

    assert cost(1) == cost(50)
