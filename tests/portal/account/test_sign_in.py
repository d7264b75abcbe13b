"""Signing in, up and out, forgotten password: the journeys and what can go wrong."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.core import mail as django_mail
from django.urls import NoReverseMatch, reverse

from accounts import services
from accounts.addresses import confirmed_addresses
from accounts.models import User
from dispatch.models import Mail
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "fjell og fjord og regn"
NEWCOMER = {"name": "Ola Nordgard", "email": "ola@tindvik.example", "password1": PASSWORD}


def add_person(email="kari@tindvik.example", **fields) -> User:
    return services.add_person(email=email, name="Kari", password=PASSWORD, **fields)


def link_in(mail: Mail) -> str:
    """The path of the first link of a mail."""
    return re.search(r"http://[^/]+(/\S*)", mail.text)[1]


def sign_in(client, email="kari@tindvik.example", password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def text_of(response) -> str:
    """The main part of a page, without what differs from request to request."""
    html = response.content.decode()
    return re.sub(r'value="[^"]{64}"', "", html[html.index("<main") : html.index("</main")])


# --- signing in -------------------------------------------------------------------------------


def test_person_signs_in_and_comes_to_the_front_page(visit):
    add_person()
    response = sign_in(visit())
    assert (response.status_code, response.url) == (302, reverse("home"))


def test_address_is_compared_without_regard_to_case_and_spaces(visit):
    add_person()
    assert sign_in(visit(), " KARI@Tindvik.example ").status_code == 302


@pytest.mark.parametrize("page", ["/saker/", "/hjelp/?q=%C3%A6&x=1#del"])
def test_next_leads_back_to_where_one_was(visit, page):
    add_person()
    assert sign_in(visit(), next=page).url == page


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "https://testserver@evil.example/",
    ],
)
def test_next_never_leads_out_of_the_house(visit, page):
    add_person()
    assert sign_in(visit(), next=page).url == reverse("home")
    client = visit(User.objects.get())
    assert client.get(reverse("account_login"), {"next": page}).url == reverse("home")
    assert client.post(reverse("account_logout"), {"next": page}).url == "/"


def test_page_behind_sign_in_leads_to_it_and_back(visit):
    response = visit().get(reverse("account_join") + "?navn=fjord")
    assert response.url == "/konto/logg-inn/?next=/konto/bli-med/%3Fnavn%3Dfjord"


@pytest.mark.parametrize("email", ["kari@tindvik.example", "ukjent@tindvik.example"])
def test_wrong_password_and_unknown_address_get_the_same_answer(visit, email):
    add_person()
    response = sign_in(visit(), email, "feil passord")
    page = text_of(response).replace(email, "")
    assert "The e-mail address or the password is wrong." in page
    assert page.count("kari") == page.count("ukjent") == 0


def test_wrong_and_unknown_pages_are_identical(visit):
    add_person()
    known = text_of(sign_in(visit(), "kari@tindvik.example", "feil"))
    unknown = text_of(sign_in(visit(), "iris@tindvik.example", "feil"))
    assert known.replace("kari@", "") == unknown.replace("iris@", "")


def test_many_wrong_passwords_are_stopped_with_a_friendly_sentence(visit):
    add_person()
    client = visit()
    for _ in range(5):
        sign_in(client, password="feil passord")
    response = sign_in(client)
    assert "Wait five minutes and try again" in text_of(response)
    assert "_auth_user_id" not in client.session


def test_limit_says_the_same_for_an_address_without_account(visit):
    client = visit()
    for _ in range(6):
        response = sign_in(client, "ukjent@tindvik.example")
    assert "Wait five minutes and try again" in text_of(response)


def test_flood_of_sign_ins_gets_a_page_in_our_words(visit):
    client = visit()
    for number in range(31):
        response = sign_in(client, f"a{number}@tindvik.example")
    assert response.status_code == 429
    assert "That was too many tries" in response.content.decode()


def test_closed_account_is_told_so_only_with_the_right_password(visit):
    person = add_person()
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert sign_in(visit()).url == reverse("account_inactive")
    assert "password is wrong" in text_of(sign_in(visit(), password="feil"))
    assert visit().get(reverse("account_inactive")).status_code == 200


@pytest.mark.parametrize(("tick", "lasts"), [({}, True), ({"remember": "on"}, False)])
def test_session_ends_with_the_browser_unless_asked_to_stay(visit, tick, lasts):
    add_person()
    client = visit()
    sign_in(client, **tick)
    assert client.session.get_expire_at_browser_close() is lasts


def test_sign_out_needs_a_press_of_the_button(visit):
    client = visit(add_person())
    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout")).url == "/"
    assert "_auth_user_id" not in client.session


def test_password_may_be_pasted_and_filled_in_by_a_manager(visit):
    page = text_of(visit().get(reverse("account_login")))
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    assert 'autocomplete="new-password"' in text_of(visit().get(reverse("account_signup")))


def test_editors_admin_uses_our_sign_in(visit):
    response = visit().get("/cms-admin/images/?page=2", follow=True)
    assert (
        response.redirect_chain[-1][0]
        == "/konto/logg-inn/?next=%2Fcms-admin%2Fimages%2F%3Fpage%3D2"
    )
    assert visit().get("/cms-admin/login/").url.startswith("/konto/logg-inn/")
    assert visit().get("/konto/login/?next=/saker/").url == "/konto/logg-inn/?next=/saker/"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "Redaksjonssidene er for redaktører."),
        ("nn", "Redaksjonssidene er for redaktørar."),
        ("en", "The editing pages are for editors."),
    ],
)
def test_who_is_no_editor_is_told_so_and_not_sent_round_in_circles(visit, language, said):
    client = visit(add_person())
    client.cookies["language"] = language
    response = client.get("/cms-admin/", follow=True)
    assert response.status_code == 403
    assert said in text_of(response)
    assert "the admin" not in text_of(response)
    assert len(response.redirect_chain) == 1
    assert "the admin" not in text_of(client.get("/"))


def test_an_editor_at_the_door_of_the_admin_is_let_in(visit):
    editor = make_user(groups=("editor",))
    editor.groups.first().permissions.add(
        Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin")
    )
    assert visit(editor).get("/cms-admin/login/").url == "/cms-admin/"


@pytest.mark.parametrize(
    "name", ["account_email", "account_reauthenticate", "account_request_login_code"]
)
def test_pages_we_do_not_use_are_not_there(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


# --- signing up -------------------------------------------------------------------------------


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), {**NEWCOMER, **changes})


def test_newcomer_confirms_the_address_and_signs_in(visit):
    client = visit(language="nn")
    assert sign_up(client).url == reverse("account_email_verification_sent")
    person, mail = User.objects.get(), Mail.objects.get()
    assert (person.name, person.language) == ("Ola Nordgard", "nn")
    assert (mail.to, mail.language, mail.kind) == (person.email, "nn", "confirm_address")
    assert mail.subject == "Stadfest e-postadressa di"
    assert not confirmed_addresses(person)
    page = text_of(client.get(link_in(mail)))
    assert "Er ola@tindvik.example adressa di?" in page
    assert not confirmed_addresses(person), "opening the link alone confirms nothing"
    assert client.post(link_in(mail)).url == reverse("account_login")
    assert confirmed_addresses(person) == {person.email}
    assert sign_in(client, person.email).url == reverse("home")
    assert not django_mail.outbox, "everything goes through the outbox"


def test_unconfirmed_person_is_not_signed_in(visit):
    client = visit()
    sign_up(client)
    response = sign_in(visit(), NEWCOMER["email"])
    assert response.url == reverse("account_email_verification_sent")


def test_way_back_survives_the_mail(visit):
    client = visit()
    sign_up(client, next="/hjelp/?produkt=melding")
    link = link_in(Mail.objects.get())
    key, _question, query = link.partition("?")
    page = text_of(client.get(link))
    target = re.search(r'name="next" value="([^"]+)"', page)[1]
    assert client.post(key, {"next": target}).url == target
    assert sign_in(client, NEWCOMER["email"], next="/hjelp/?produkt=melding").url == (
        "/hjelp/?produkt=melding"
    )


def test_way_back_out_of_the_house_is_not_put_in_the_mail(visit):
    sign_up(visit(), next="https://evil.example/")
    assert "evil" not in Mail.objects.get().text


def test_sign_up_with_a_known_address_looks_just_the_same(visit):
    add_person("kari@tindvik.example", language="nn")
    new, known = visit(), visit()
    first = sign_up(new, email="iris@tindvik.example")
    second = sign_up(known, email="KARI@tindvik.example")
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert text_of(new.get(first.url)) == text_of(known.get(second.url))
    told = Mail.objects.get(to="kari@tindvik.example")
    assert (told.kind, told.language) == ("has_account", "nn")
    assert User.objects.count() == 2


def test_late_one_of_two_sign_ups_at_once_is_told_by_mail(visit, monkeypatch):
    """The second form found the address free; when it saves, the first has taken it."""
    from portal.account.forms import NewPersonForm

    def found_free_a_moment_ago(form, value):
        return value

    add_person(NEWCOMER["email"])
    monkeypatch.setattr(NewPersonForm, "validate_unique_email", found_free_a_moment_ago)
    response = sign_up(visit())
    assert response.url == reverse("account_email_verification_sent")
    assert Mail.objects.get().kind == "has_account"
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Write your name."),
        ({"name": " \n "}, "Write your name."),
        ({"name": "x" * 121}, "The name is too long."),
        ({"name": "Gratis http://evil.example"}, "without web addresses"),
        ({"name": "Ola\x1b[31m"}, "without web addresses"),
        ({"name": "Ola\u202eolA"}, "without web addresses"),
        ({"name": "Ola\x00"}, "characters that cannot be used"),
        ({"email": ""}, "Write the e-mail address."),
        ({"email": "ola"}, "name@organisation.no"),
        ({"email": "ola@" + "x" * 60 + ".example" * 40}, "too long"),
        ({"email": "o\x00la@tindvik.example"}, "characters that cannot be used"),
        ({"password1": ""}, "Write the password."),
        ({"password1": "kort"}, "too short. Use at least 12 characters"),
        ({"password1": "123456789012"}, "cannot be digits only"),
        ({"password1": "1qaz2wsx3edc"}, "Many people use this password."),
        ({"password1": "ola@tindvik.example"}, "too like your e-mail address"),
        ({"password1": "x" * 1001}, "The password is too long."),
    ],
)
def test_faults_in_the_form_are_explained(visit, changes, sentence):
    response = sign_up(visit(), **changes)
    assert sentence in text_of(response)
    assert not User.objects.exists()


def test_name_with_script_and_line_breaks_is_harmless(visit):
    sign_up(visit(), name="<script>alert(1)</script>\r\nBcc: alle@tindvik.example")
    person = User.objects.get()
    assert person.name == "<script>alert(1)</script> Bcc: alle@tindvik.example"
    assert "alert" not in Mail.objects.get().text
    page = visit(person).get(reverse("account")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "name", ["Åse Øvrebø-Ærlig", "Nguyễn Thị Minh", "李小龍", "O'Brien", "Ş. Ğ."]
)
def test_names_of_all_kinds_are_welcome(visit, name):
    sign_up(visit(), name=name)
    assert User.objects.get().name == name


def test_old_link_of_the_mail_is_explained(visit):
    page = text_of(visit().get(reverse("account_confirm_email", args=["bogus:key"])))
    assert "The link is old or has been used." in page


# --- forgotten password -----------------------------------------------------------------------


def ask_for_password(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def test_forgotten_password_is_replaced_and_the_person_told(visit):
    person = add_person(language="nn")
    elsewhere = visit(person)
    client = visit()
    assert ask_for_password(client, person.email).url == reverse("account_reset_password_done")
    mail = Mail.objects.get()
    assert (mail.kind, mail.language) == ("new_password", "nn")
    form_page = client.get(link_in(mail)).url
    assert "set-password" in form_page, "the key does not stay in the address"
    new = "helt andre ord enn før"
    response = client.post(form_page, {"password1": new})
    assert response.url == reverse("account_reset_password_from_key_done")
    assert sign_in(visit(), password=new).status_code == 302
    assert elsewhere.get(reverse("account")).status_code == 302, "old sessions are over"
    assert Mail.objects.get(kind="password_changed").to == person.email
    page = text_of(visit().get(link_in(mail)))
    assert "The link is old or has been used." in page


def test_new_password_by_mail_confirms_the_address_too(visit):
    person = make_user()
    client = visit()
    ask_for_password(client, person.email)
    form_page = client.get(link_in(Mail.objects.get(kind="new_password"))).url
    client.post(form_page, {"password1": PASSWORD})
    assert confirmed_addresses(person) == {person.email}
    assert sign_in(visit(), person.email).url == reverse("home")


def test_forgotten_password_says_nothing_about_who_has_an_account(visit):
    add_person()
    known, unknown = visit(), visit()
    first = ask_for_password(known, "kari@tindvik.example")
    second = ask_for_password(unknown, "iris@tindvik.example")
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert text_of(known.get(first.url)) == text_of(unknown.get(second.url))
    assert Mail.objects.get(to="iris@tindvik.example").kind == "no_account"


def test_unknown_address_is_written_to_in_the_language_of_the_page(visit):
    ask_for_password(visit(language="nn"), "iris@tindvik.example")
    assert Mail.objects.get().language == "nn"


def test_weak_new_password_is_refused(visit):
    person = add_person()
    client = visit()
    ask_for_password(client, person.email)
    form_page = client.get(link_in(Mail.objects.get())).url
    assert "too short" in text_of(client.post(form_page, {"password1": "kort"}))


def test_person_changes_password_and_stays_signed_in(visit):
    person = add_person()
    client = visit(person)
    new = "helt andre ord enn før"
    wrong = client.post(
        reverse("account_change_password"), {"oldpassword": "feil", "password1": new}
    )
    assert "The current password is wrong." in text_of(wrong)
    response = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new}
    )
    assert response.url == reverse("account")
    assert "The new password is saved." in client.get(response.url).content.decode()
    assert sign_in(visit(), password=new).status_code == 302


def test_account_without_password_makes_its_first_one(visit):
    person = services.add_person(email="ny@tindvik.example", name="Ny")
    client = visit(person)
    assert client.get(reverse("account_change_password")).url == reverse("account_set_password")
    client.post(reverse("account_set_password"), {"password1": PASSWORD})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


# --- no English among the Norwegian -----------------------------------------------------------

FAULTY = [
    ("account_login", {}),
    ("account_login", {"login": "ola", "password": "x" * 1001}),
    ("account_login", {"login": "ola@tindvik.example", "password": "feil"}),
    ("account_signup", {}),
    ("account_signup", {"name": "a://b", "email": "ola", "password1": "kort"}),
    ("account_signup", {**NEWCOMER, "password1": "ola@tindvik.example"}),
    ("account_signup", {**NEWCOMER, "password1": "1qaz2wsx3edc"}),
    ("account_signup", {**NEWCOMER, "password1": "123456789012"}),
    ("account_signup", {"name": "x" * 121, "email": "a" * 300 + "@b.no", "password1": "\x00" * 12}),
    ("account_reset_password", {}),
    ("account_reset_password", {"email": "\x00"}),
]


def lines_of(page: str) -> set[str]:
    """The words of our page; the heading of the summary belongs to every form of the site."""
    words = re.sub(r"<h2.*?</h2>|<[^>]+>", "\n", page, flags=re.DOTALL)
    return {line.strip() for line in words.splitlines()}


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize(("name", "data"), FAULTY)
def test_every_fault_is_told_in_norwegian(visit, name, data, language):
    def sentences(code):
        response = visit(language=code).post(reverse(name), data)
        found = [
            str(error) for errors in response.context["form"].errors.values() for error in errors
        ]
        return found, text_of(response)

    (english, english_page), (norwegian, page) = sentences("en"), sentences(language)
    assert len(norwegian) == len(english)
    assert not set(english) & set(norwegian)
    same = lines_of(page) & lines_of(english_page)
    assert not {line for line in same if re.search(r"[a-z]{3}", line) and "@" not in line}


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_email_verification_sent",
        "account_inactive",
    ],
)
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_pages_before_sign_in_have_one_heading_and_no_inline_script_or_style(visit, name, language):
    response = visit(language=language).get(reverse(name))
    page = text_of(response)
    assert response.status_code == 200
    assert page.count("<h1") == 1
    assert not re.search(r"<script|<style|style=|\son\w+=|placeholder", page)
