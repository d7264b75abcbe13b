"""Joining, letting in, inviting, roles and leaving, by the pages."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import Membership, OrganisationDomain, User
from dispatch.models import Mail
from tests.factories import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db


def contact_of(organisation, **fields) -> User:
    user = make_user(**fields)
    make_membership(user, organisation, roles=("incident",))
    return User.objects.get(pk=user.pk)


def asking(organisation, **fields) -> Membership:
    return services.ask_to_join(
        user=make_user(**fields), organisation=organisation, now=timezone.now()
    )


def page_of(response) -> str:
    return response.content.decode()


def post(client, name, *arguments, **data):
    return client.post(reverse(name, args=arguments), data, follow=True)


# --- joining ----------------------------------------------------------------------------------


def test_person_finds_and_asks_and_waits(visit):
    organisation, client = make_organisation(name="Fjordgløtt kommune"), visit(make_user())
    page = page_of(client.get(reverse("account_join"), {"navn": "fjord"}))
    assert "Fjordgløtt kommune" in page
    page = page_of(post(client, "account_join", organisation=organisation.pk))
    assert "You have asked to join Fjordgløtt kommune." in page
    assert "Waiting for an answer" in page
    again = page_of(post(client, "account_join", organisation=organisation.pk))
    assert "You have asked already." in again


def test_domain_suggests_every_organisation_that_shares_it(visit):
    for name in ("Tindvik kommune", "Tindvik vann"):
        organisation = make_organisation(name=name)
        OrganisationDomain.objects.create(organisation=organisation, domain="tindvik.example")
    page = page_of(visit(make_user()).get(reverse("account_join")))
    assert "Organisations that use tindvik.example" in page
    assert page.count("Ask to join<") == 2


def test_no_hit_leads_on_and_repeats_the_words_harmlessly(visit):
    page = page_of(visit(make_user()).get(reverse("account_join"), {"navn": "<script>x</script>"}))
    assert "We found no organisation" in page
    assert reverse("ask") in page
    assert "<script>x" not in page


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "999999", "9" * 30, "١", "1; drop"])
def test_odd_organisation_is_a_missing_page(visit, number):
    response = visit(make_user()).post(reverse("account_join"), {"organisation": number})
    assert response.status_code == 404


def test_search_shows_names_only(visit):
    organisation = make_organisation(name="Fjordgløtt kommune", external_id="crm-77")
    contact_of(organisation, name="Hemmelig Person", email="hemmelig@fjord.example")
    page = page_of(visit(make_user()).get(reverse("account_join"), {"navn": "fjord"}))
    assert "emmelig" not in page
    assert "crm-77" not in page


def test_many_requests_in_a_short_time_are_stopped(visit):
    client = visit(make_user())
    for _ in range(21):
        page = page_of(post(client, "account_join", organisation=make_organisation().pk))
    assert "Wait an hour and try again." in page
    assert Membership.objects.count() == 20


def test_person_takes_a_request_back_once(visit):
    membership = asking(make_organisation())
    client = visit(membership.user)
    assert "withdrawn" in page_of(post(client, "account_take_back", membership.pk))
    assert "answered already" in page_of(post(client, "account_take_back", membership.pk))


# --- answering --------------------------------------------------------------------------------


def test_contact_sees_who_asks_and_whether_the_address_fits(visit):
    organisation = make_organisation()
    OrganisationDomain.objects.create(organisation=organisation, domain="tindvik.example")
    asking(organisation, name="Nina <i>N</i>", email="nina@tindvik.example")
    asking(organisation, name="Xenia", email="x@annet.example")
    asking(make_organisation(), name="Annet sted")
    page = page_of(visit(contact_of(organisation)).get(reverse("account_requests")))
    assert "Nina &lt;i&gt;N&lt;/i&gt;" in page
    assert page.count("The address belongs to the organisation") == 1
    assert page.count("The address is not one of the organisation’s") == 1
    assert "Annet sted" not in page


def test_administrator_answers_for_every_organisation(visit):
    for name in ("Alfa", "Beta"):
        asking(make_organisation(name=name))
    boss = make_user(groups=("administrator",))
    page = page_of(visit(boss).get(reverse("account_requests")))
    assert "Alfa" in page
    assert "Beta" in page


def test_empty_list_says_what_would_be_there(visit):
    page = page_of(visit(make_user()).get(reverse("account_requests")))
    assert "Nobody waits for your answer." in page


def test_of_two_who_press_at_once_the_late_one_reads_why(visit):
    organisation = make_organisation()
    first, second = visit(contact_of(organisation)), visit(contact_of(organisation))
    membership = asking(organisation, name="Nina")
    assert "Nina is now a member" in page_of(post(first, "account_approve", membership.pk))
    page = page_of(post(second, "account_approve", membership.pk))
    assert "The request has been answered already, so nothing was changed." in page
    page = page_of(post(second, "account_decline", membership.pk, reason="Ukjent."))
    assert "The request has been answered already" in page
    membership.refresh_from_db()
    assert membership.status == Membership.Status.ACTIVE


def test_no_is_given_with_a_reason_without_identity_numbers(visit):
    organisation = make_organisation()
    client, membership = visit(contact_of(organisation)), asking(organisation)
    empty = client.post(reverse("account_decline", args=[membership.pk]), {"reason": " "})
    assert empty.status_code == 422
    assert "Write a reason" in page_of(empty)
    post(client, "account_decline", membership.pk, reason="Feil nummer 13810498989, spør lederen.")
    membership.refresh_from_db()
    assert membership.status == Membership.Status.DECLINED
    assert membership.decline_reason.endswith("spør lederen.")


@pytest.mark.parametrize("reason", ["x" * 501, "a\x00b"])
def test_odd_reason_is_refused(visit, reason):
    organisation = make_organisation()
    client, membership = visit(contact_of(organisation)), asking(organisation)
    response = client.post(reverse("account_decline", args=[membership.pk]), {"reason": reason})
    assert response.status_code == 422


GUARDED = ["account_approve", "account_decline", "account_roles", "account_end"]


@pytest.mark.parametrize("name", GUARDED)
def test_what_belongs_to_others_does_not_exist_for_strangers(visit, name):
    organisation = make_organisation()
    membership = asking(organisation)
    for user in (make_user(), contact_of(make_organisation())):
        response = visit(user).post(reverse(name, args=[membership.pk]), {"reason": "Nei."})
        assert response.status_code == 404
        unknown = visit(user).post(reverse(name, args=[10**6]), {"reason": "Nei."})
        assert unknown.status_code == 404
    membership.refresh_from_db()
    assert membership.status == Membership.Status.REQUESTED


@pytest.mark.parametrize("name", GUARDED)
def test_member_is_told_that_it_is_for_contacts(visit, name):
    organisation = make_organisation()
    contact = contact_of(organisation).memberships.get()
    member = make_membership(make_user(), organisation).user
    response = visit(member).post(reverse(name, args=[contact.pk]), {"reason": "Nei."})
    assert response.status_code == 403
    assert "Only the organisation’s contacts" in page_of(response)


# --- the organisation's page ------------------------------------------------------------------


def test_member_sees_contacts_but_not_members(visit):
    organisation = make_organisation()
    contact_of(organisation, name="Kari Kontakt")
    make_membership(make_user(name="Mia Medlem"), organisation)
    member = make_membership(make_user(name="Meg Selv"), organisation).user
    page = page_of(visit(member).get(reverse("account_organisation", args=[organisation.pk])))
    assert "Kari Kontakt" in page
    assert "Mia Medlem" not in page
    assert "Leave the organisation" in page
    assert "Invite a colleague" not in page


def test_contact_sees_members_and_open_invitations(visit):
    organisation = make_organisation()
    contact = contact_of(organisation)
    make_membership(make_user(name="<b>Mia</b>"), organisation)
    services.invite(
        organisation=organisation, email="gjest@tindvik.example", by=contact, now=timezone.now()
    )
    page = page_of(visit(contact).get(reverse("account_organisation", args=[organisation.pk])))
    assert "&lt;b&gt;Mia&lt;/b&gt;" in page
    assert "gjest@tindvik.example" in page


@pytest.mark.parametrize("kind", ["stranger", "asking", "declined"])
def test_organisation_does_not_exist_for_those_outside(visit, kind):
    organisation = make_organisation()
    user = make_user()
    if kind != "stranger":
        membership = services.ask_to_join(user=user, organisation=organisation, now=timezone.now())
    if kind == "declined":
        services.decline_request(
            membership=membership,
            by=make_user(groups=("administrator",)),
            reason="Nei.",
            now=timezone.now(),
        )
    for name in ("account_organisation", "account_invite"):
        response = visit(user).get(reverse(name, args=[organisation.pk]))
        assert response.status_code == 404


def test_organisation_without_contact_says_who_lets_people_in(visit):
    organisation = make_organisation()
    member = make_membership(make_user(), organisation).user
    page = page_of(visit(member).get(reverse("account_organisation", args=[organisation.pk])))
    assert "The organisation has no contact yet." in page


def cost_of(client, name, *arguments) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse(name, args=arguments))
    assert response.status_code == 200
    return len(queries)


def test_member_list_takes_as_many_queries_with_fifty_rows_as_with_one(visit):
    def cost(number: int) -> int:
        organisation = make_organisation()
        contact = contact_of(organisation)
        for row in range(number):
            roles = ("incident", "ordering") if row % 2 else ()
            make_membership(make_user(), organisation, roles=roles)
            services.invite(
                organisation=organisation,
                email=f"gjest{row}@tindvik.example",
                by=contact,
                now=timezone.now(),
            )
        return cost_of(visit(contact), "account_organisation", organisation.pk)

    assert cost(2) == cost(49)


def test_list_of_requests_takes_as_many_queries_with_fifty_rows_as_with_one(visit):
    def cost(number: int) -> int:
        organisation = make_organisation()
        OrganisationDomain.objects.create(organisation=organisation, domain="tindvik.example")
        for _ in range(number):
            asking(organisation)
        return cost_of(visit(contact_of(organisation)), "account_requests")

    assert cost(1) == cost(50)


def test_long_member_list_has_pages(visit):
    organisation = make_organisation()
    contact = contact_of(organisation, name="Aa")
    for row in range(60):
        make_membership(make_user(name=f"M{row:02}"), organisation)
    client, address = visit(contact), reverse("account_organisation", args=[organisation.pk])
    assert "Page 1 of 2" in page_of(client.get(address))
    assert "M59" in page_of(client.get(address, {"side": "2"}))
    for odd in ("x", "-1", "999", "\x00"):
        assert client.get(address, {"side": odd}).status_code == 200


# --- roles and leaving ------------------------------------------------------------------------


def test_contact_gives_and_takes_roles(visit):
    organisation = make_organisation()
    client = visit(contact_of(organisation))
    membership = make_membership(make_user(name="Mia"), organisation)
    page = page_of(client.get(reverse("account_roles", args=[membership.pk])))
    assert page.count('type="checkbox"') == 4
    page = page_of(post(client, "account_roles", membership.pk, roles=["ordering", "incident"]))
    assert "The roles of Mia are saved." in page
    assert membership.contact_roles.count() == 2
    post(client, "account_roles", membership.pk)
    assert membership.contact_roles.count() == 0


def test_unknown_role_is_refused(visit):
    organisation = make_organisation()
    client = visit(contact_of(organisation))
    membership = make_membership(make_user(), organisation)
    response = client.post(reverse("account_roles", args=[membership.pk]), {"roles": ["king"]})
    assert response.status_code == 422


def test_last_contact_is_told_to_pass_the_role_on(visit):
    organisation = make_organisation()
    contact = contact_of(organisation)
    own, client = contact.memberships.get(), visit(contact)
    for name in ("account_leave", "account_roles", "account_end"):
        page = page_of(post(client, name, own.pk))
        assert "Give another member a contact role first." in page
    own.refresh_from_db()
    assert own.status == Membership.Status.ACTIVE


def test_contact_who_gives_up_the_own_role_stays_a_member(visit):
    organisation = make_organisation()
    contact_of(organisation)
    contact = contact_of(organisation)
    page = page_of(post(visit(contact), "account_roles", contact.memberships.get().pk))
    assert "are saved" in page
    assert "Invite a colleague" not in page


def test_member_leaves_after_having_read_what_it_means(visit):
    organisation = make_organisation(name="Alfa")
    contact_of(organisation)
    membership = make_membership(make_user(), organisation)
    client = visit(membership.user)
    page = page_of(client.get(reverse("account_leave", args=[membership.pk])))
    assert "You keep your account and your own cases." in page
    response = post(client, "account_leave", membership.pk)
    assert "You have left Alfa." in page_of(response)
    assert response.redirect_chain[-1][0] == reverse("account")


def test_nobody_leaves_for_another(visit):
    organisation = make_organisation()
    membership = make_membership(make_user(), organisation)
    response = visit(contact_of(organisation)).post(reverse("account_leave", args=[membership.pk]))
    assert response.status_code == 403


def test_contact_ends_a_membership(visit):
    organisation = make_organisation()
    membership = make_membership(make_user(name="Mia"), organisation)
    client = visit(contact_of(organisation))
    assert "Mia" in page_of(client.get(reverse("account_end", args=[membership.pk])))
    assert "Mia is no longer a member." in page_of(post(client, "account_end", membership.pk))
    assert "has ended already" in page_of(post(client, "account_end", membership.pk))


# --- invitations ------------------------------------------------------------------------------


def invited_link(client, organisation, email="gjest@tindvik.example") -> str:
    post(client, "account_invite", organisation.pk, email=email)
    mail = Mail.objects.filter(kind="invited").latest("pk")
    return "/konto/" + mail.text.split("/konto/")[1].split()[0]


def test_invited_colleague_without_account_comes_all_the_way(visit):
    organisation = make_organisation(name="Alfa")
    link = invited_link(visit(contact_of(organisation)), organisation)
    guest = visit()
    page = page_of(guest.get(link))
    assert "You are invited to join Alfa" in page
    assert "gjest@" not in page, "the link does not tell whose address it is"
    guest.post(
        reverse("account_signup"),
        {
            "name": "Gjest",
            "email": "gjest@tindvik.example",
            "password1": "fjell og fjord og regn",
            "next": link,
        },
    )
    confirm = Mail.objects.get(kind="confirm_address").text
    confirm = "/konto/" + confirm.split("/konto/", 1)[1].split()[0]
    path, _question, query = confirm.partition("?")
    to_sign_in = guest.get(confirm).context["redirect_field_value"]
    assert guest.post(path, {"next": to_sign_in}).url == to_sign_in
    signed_in = guest.post(
        to_sign_in,
        {"login": "gjest@tindvik.example", "password": "fjell og fjord og regn", "next": link},
    )
    assert signed_in.url == link
    page = page_of(guest.post(link, follow=True))
    assert "You are now a member of Alfa." in page
    again = page_of(guest.get(link))
    assert "has been used already" in again
    assert "Was it you who accepted it?" in again
    assert f'href="{reverse("account")}">Go to my page' in again
    assert "Ask to join" not in again


def test_open_invitation_meets_the_person_after_sign_in_and_on_the_own_page(visit):
    organisation = make_organisation(name="Alfa")
    services.add_person(email="gjest@tindvik.example", name="Gjest", password="passord-for-alle")
    invited_link(visit(contact_of(organisation)), organisation)
    guest = visit()
    response = guest.post(
        reverse("account_login"),
        {"login": "gjest@tindvik.example", "password": "passord-for-alle"},
    )
    assert response.url == reverse("account")
    assert "You are invited to join Alfa" in page_of(guest.get(response.url))
    invitation = organisation.invitations.get()
    assert "now a member of Alfa" in page_of(
        post(guest, "account_accept_invitation", invitation.pk)
    )
    assert "no longer open" in page_of(post(guest, "account_accept_invitation", invitation.pk))


def test_invitation_of_another_is_refused_without_telling_whose_it_is(visit):
    organisation = make_organisation(name="Alfa")
    link = invited_link(visit(contact_of(organisation)), organisation)
    stranger = visit(services.add_person(email="annen@tindvik.example", name="Annen"))
    for response in (stranger.get(link), stranger.post(link)):
        assert response.status_code == 403
        assert "sent to another address than yours" in page_of(response)
        assert "gjest@" not in page_of(response)
        assert "Alfa" not in page_of(response)
    pk = organisation.invitations.get().pk
    assert "no longer open" in page_of(post(stranger, "account_accept_invitation", pk))
    assert organisation.memberships.count() == 1


def test_expired_and_unknown_invitations_are_explained(visit):
    organisation = make_organisation()
    link = invited_link(visit(contact_of(organisation)), organisation)
    organisation.invitations.update(
        created_at=timezone.now() - services.INVITATION_STANDS * 2,
        expires_at=timezone.now() - services.INVITATION_STANDS,
    )
    response = visit().get(link)
    assert (response.status_code, "has expired" in page_of(response)) == (404, True)
    response = visit().get(reverse("account_invitation", args=["finnes-ikke"]))
    assert (response.status_code, "cannot find" in page_of(response)) == (404, True)


@pytest.mark.parametrize("email", ["", "x", "a@b", "x" * 300 + "@tindvik.example", "\x00@b.no"])
def test_odd_address_is_refused(visit, email):
    organisation = make_organisation()
    response = visit(contact_of(organisation)).post(
        reverse("account_invite", args=[organisation.pk]), {"email": email}
    )
    assert response.status_code == 422
    assert not organisation.invitations.exists()


def test_second_invitation_is_explained_beside_the_field(visit):
    organisation = make_organisation()
    client = visit(contact_of(organisation))
    invited_link(client, organisation)
    response = post(client, "account_invite", organisation.pk, email="Gjest@tindvik.example")
    assert response.status_code == 422
    assert "has an invitation already" in page_of(response)


def test_contact_withdraws_an_invitation_and_others_cannot(visit):
    organisation = make_organisation()
    client = visit(contact_of(organisation))
    link = invited_link(client, organisation)
    pk = organisation.invitations.get().pk
    other = visit(contact_of(make_organisation()))
    address = reverse("account_withdraw_invitation", args=[pk])
    assert other.post(address).status_code == 404
    assert "withdrawn" in page_of(client.post(address, follow=True))
    assert visit().get(link).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["account_approve", "account_take_back", "account_withdraw_invitation"],
)
def test_changes_need_a_press_of_a_button(visit, name):
    boss = make_user(groups=("administrator",))
    assert visit(boss).get(reverse(name, args=[1])).status_code == 405


def test_forms_are_protected_against_other_sites(visit):
    membership = asking(make_organisation())
    client = visit(make_user(groups=("administrator",)), enforce_csrf_checks=True)
    assert client.post(reverse("account_approve", args=[membership.pk])).status_code == 403
    membership.refresh_from_db()
    assert membership.status == Membership.Status.REQUESTED


# --- a session that ended while writing -------------------------------------------------------


def test_text_written_before_the_session_ended_is_kept(visit):
    organisation = make_organisation()
    services.add_person(email="kari@tindvik.example", name="Kari", password="passord-for-alle")
    contact = User.objects.get(email="kari@tindvik.example")
    make_membership(contact, organisation, roles=("incident",))
    membership, client = asking(organisation), visit(contact)
    address = reverse("account_decline", args=[membership.pk])
    client.session.flush()
    response = client.post(address, {"reason": "Vi kjenner deg <ikke>."})
    assert response.url == f"{reverse('account_login')}?next={address}"
    page = page_of(client.get(response.url))
    assert "You had been signed out, so nothing was changed." in page
    back = client.post(
        response.url,
        {"login": contact.email, "password": "passord-for-alle", "next": address},
    )
    assert back.url == address
    assert "Vi kjenner deg &lt;ikke&gt;." in page_of(client.get(address))
    assert "Vi kjenner deg" not in page_of(client.get(address)), "given out once"
    membership.refresh_from_db()
    assert membership.status == Membership.Status.REQUESTED


def test_text_kept_while_signed_out_holds_no_identity_number(client):
    number = "01818000010"
    client.post(reverse("account_decline", args=[1]), {"reason": f"{number} er ikke ansatt"})
    assert number not in str(dict(client.session))
    assert "er ikke ansatt" in str(dict(client.session))


def test_the_longest_text_of_any_form_is_kept_while_signed_out(client):
    text = "æ\r\n" * 10_000
    client.post(reverse("my_case_reopen", args=[1]), {"reason": text, "organisation": "1"})
    assert client.session["kept_fields"]["fields"]["reason"] == [text]


def test_who_is_not_signed_in_fills_no_table_with_forms(client, monkeypatch):
    monkeypatch.setattr("portal.account.expired.MOST_KEPT", "2/h")
    for _ in range(5):
        client.cookies.clear()
        response = client.post(reverse("account_decline", args=[1]), {"reason": "a" * 10_000})
        assert response.status_code == 302
    kept = [row.get_decoded() for row in Session.objects.all()]
    assert sum("kept_fields" in each for each in kept) == 2


def test_pages_about_people_stay_in_no_cache(visit):
    organisation = make_organisation()
    contact = make_user()
    make_membership(contact, organisation, roles=("incident",))
    client = visit(contact)
    for address in (
        reverse("account"),
        reverse("account_requests"),
        reverse("account_organisation", args=[organisation.pk]),
    ):
        assert "no-store" in client.get(address)["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "arguments", "page"),
    [
        ("account_approve", [1], "account_requests"),
        ("account_take_back", [1], "account"),
        ("account_accept_invitation", [1], "account"),
        ("account_profile", [], "account"),
        ("account_notices", [], "account"),
    ],
)
def test_button_pressed_after_the_session_ended_leads_back_to_its_page(
    visit, name, arguments, page
):
    response = visit().post(reverse(name, args=arguments), {"x": "y" * 30_000})
    assert response.url == f"{reverse('account_login')}?next={reverse(page)}"
