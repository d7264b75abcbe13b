import re
from datetime import timedelta
from itertools import chain

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.forms import DateField, DateTimeField
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.users.models import UserProfile

from accounts.models import Organisation, Team
from cms.guidance.editing import REVIEW_AFTER
from cms.guidance.models import ArticlePage, PageFeedback
from cms.guidance.privacy import group_name
from cms.guidance.reports import language_shares, not_a_formula, owners_with_overdue
from taxonomy.models import Product
from tests.factories import (
    make_article,
    make_organisation,
    make_product,
    make_section,
    make_team,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

VOCABULARY = ("product", "topic", "audience", "accesspackage", "accesspackagearea")
PEOPLE = ("team", "organisation")
REPORTS = ("guidance_review_report", "guidance_feedback_report")


@pytest.fixture
def editor(client):
    make_article()
    user = make_user(groups=("editor",))
    client.force_login(user)
    return user


@pytest.fixture
def administrator(client):
    make_article()
    user = make_user(groups=("administrator",))
    client.force_login(user)
    return user


@pytest.mark.parametrize("kind", [*VOCABULARY, *PEOPLE])
def test_administrators_keep_the_vocabulary_and_teams(administrator, client, kind):
    assert client.get(reverse(f"{kind}:index")).status_code == 200
    assert client.get(reverse(f"{kind}:add")).status_code == 200


@pytest.mark.parametrize("kind", [*VOCABULARY, *PEOPLE])
def test_editors_do_not(editor, client, kind):
    assert client.get(reverse(f"{kind}:index")).status_code == 302
    assert client.get(reverse(f"{kind}:add")).status_code == 302


@pytest.mark.parametrize("group", ["moderator", "manager", None])
def test_others_have_no_way_into_the_admin(client, group):
    make_article()
    client.force_login(make_user(groups=(group,) if group else ()))

    for name in ("wagtailadmin_home", *REPORTS):
        assert client.get(reverse(name), follow=True).status_code == 403


def test_administrator_changes_a_product(administrator, client):
    product = make_product(slug="gammel")
    client.post(
        reverse("product:edit", args=[product.pk]),
        {
            "name_nb": "Gammel", "name_nn": "", "name_en": "", "slug": "gammel",
            "status": "ended", "ends_on": "2026-06-19", "position": "5",
            "description_nb": "", "description_nn": "", "description_en": "",
        },
    )  # fmt: skip

    product = Product.objects.get(pk=product.pk)
    assert (product.status, product.ends_on.isoformat()) == ("ended", "2026-06-19")


def test_ended_product_without_a_date_is_refused_with_a_sentence(administrator, client):
    product = make_product(slug="gammel")
    response = client.post(
        reverse("product:edit", args=[product.pk]),
        {"name_nb": "Gammel", "slug": "gammel", "status": "ended", "position": "5"},
    )

    assert response.status_code == 200
    assert Product.objects.get(pk=product.pk).status == "in_use"


def test_product_is_ended_never_deleted(administrator, client):
    product = make_product()
    client.post(reverse("product:delete", args=[product.pk]))

    assert Product.objects.filter(pk=product.pk).exists()


def test_team_offers_those_who_work_here_as_members(administrator, client):
    team = make_team()
    make_user(name="En Besøkende")
    colleague = make_user(name="En Kollega", teams=(make_team(),))
    address = reverse("team:edit", args=[team.pk])

    html = client.get(address).content.decode()
    assert "En Kollega" in html
    assert "En Besøkende" not in html
    client.post(
        address,
        {"name": "Nytt navn", "slug": team.slug, "line": "second", "members": [colleague.pk]},
    )
    team = Team.objects.get(pk=team.pk)
    assert (team.name, list(team.members.all())) == ("Nytt navn", [colleague])


def test_the_word_that_logs_and_rules_name_a_team_by_stays(administrator, client):
    team = make_team(name="Fagteamet", slug="fagteamet")
    page = reverse("team:edit", args=[team.pk])
    assert "Det kan ikke endres senere." in client.get(page).content.decode()
    client.post(page, {"name": "Nytt navn", "slug": "nytt-navn", "line": "second"})
    team.refresh_from_db()
    assert (team.name, team.slug) == ("Nytt navn", "fagteamet")


def test_organisation_cannot_be_deleted_here(administrator, client):
    organisation = make_organisation()
    client.post(reverse("organisation:delete", args=[organisation.pk]))

    assert Organisation.objects.filter(pk=organisation.pk).exists()


def late(**fields):
    today = timezone.localdate()
    return make_article(
        last_reviewed=today - timedelta(days=200), review_by=today - timedelta(days=3), **fields
    )


def test_review_report_lists_what_is_due_by_owner(editor, client):
    team, other = make_team(name="Sen gjeng"), make_team()
    article = late(title="Forfalt", owner_team=team)
    late(title="Annen eier", owner_team=other)
    make_article(title="I tide", owner_team=team)
    report = reverse("guidance_review_report")

    html = client.get(report, {"overdue": "true", "owner_team": team.pk}).content.decode()

    assert reverse("wagtailadmin_pages:edit", args=[article.pk]) in html
    assert "I tide" not in html
    assert "Annen eier" not in html
    assert "I tide" in client.get(report, {"overdue": "false"}).content.decode()


def test_front_page_of_the_admin_tells_the_state_of_the_guidance(editor, client):
    late(owner_team=make_team(name="Sen gjeng"))
    make_article(language="nn")

    html = client.get(reverse("wagtailadmin_home")).content.decode()

    assert "Sen gjeng" in html
    assert "Nynorsk 1 (33 %)" in html


def test_shares_and_overdue_counts():
    team, other = make_team(name="A"), make_team(name="B")
    late(owner_team=other)
    for language in ("nb", "nn", "nn", "en"):
        late(owner_team=team, language=language)
    make_article(live=False, language="en")

    assert [(share.count, share.percent) for share in language_shares()] == [
        (2, 40), (2, 40), (1, 20)
    ]  # fmt: skip
    assert [(row.name, row.overdue) for row in owners_with_overdue()] == [("A", 4), ("B", 1)]


def test_feedback_report_shows_comments_and_exports_no_formulas(editor, client):
    article = make_article(title="Omtalt")
    PageFeedback.objects.create(
        article=article, useful=False, reason="wrong", comment="=1+1 <b>feil</b>"
    )
    report = reverse("guidance_feedback_report")

    html = client.get(report).content.decode()
    assert "Omtalt" in html
    assert "=1+1 &lt;b&gt;feil" in html
    exported = b"".join(client.get(report, {"export": "csv"}).streaming_content).decode()
    assert "'=1+1" in exported


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx"])
def test_text_that_a_spreadsheet_would_reckon_with_is_quoted(text):
    assert not_a_formula(text) == f"'{text}"
    assert not_a_formula("vanlig = tekst") == "vanlig = tekst"


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_reports_take_the_same_number_of_queries_with_1_and_50_rows(editor, client):
    article = make_article()
    PageFeedback.objects.create(article=article, useful=True)
    before = [queries(client, reverse(name)) for name in REPORTS]
    team = make_team()
    for _each in range(49):
        row = make_article(owner_team=team)
        PageFeedback.objects.create(article=row, useful=True)

    assert [queries(client, reverse(name)) for name in REPORTS] == before


def test_editing_page_opens_for_editors_with_every_panel(editor, client):
    article = make_article(products=[make_product()])
    make_topic(make_product(), name_nb="Et emne")

    html = client.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).content.decode()

    for name in ("answer", "products", "review_by", "search_words", "related_articles"):
        assert f"id_{name}" in html
    assert "Et emne" in html


# What an editor's form for a new article sends when hardly anything is filled in.
BEGUN = {
    "title": "Bare begynt", "slug": "bare-begynt", "language": "nb", "authority": "guidance",
    "body-count": "0", "last_reviewed": "27.11.2026", "review_by": "27.05.2027",
    "related_articles-TOTAL_FORMS": "0", "related_articles-INITIAL_FORMS": "0",
    "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
}  # fmt: skip


def new_article(client, section, **fields):
    address = reverse("wagtailadmin_pages:add", args=["guidance", "articlepage", section.pk])
    return client.post(address, {**BEGUN, **fields})


def test_new_article_proposes_the_writers_team_and_a_day_for_its_review(editor, client):
    team = make_team(name="Mitt team")
    team.members.add(editor)
    form_class = ArticlePage.get_edit_handler().get_form_class()

    form = form_class(instance=ArticlePage(), for_user=editor)

    assert form["owner_team"].value() == team.pk
    assert form["review_by"].value() == timezone.localdate() + REVIEW_AFTER
    written = make_article()
    kept = form_class(instance=written, for_user=editor)
    assert kept["owner_team"].value() == written.owner_team_id
    assert kept["review_by"].value() == written.review_by


def test_new_article_of_a_writer_without_a_team_proposes_who_answers_for_the_section(
    editor, client
):
    section, few, most = make_section(), make_team(name="Aller først"), make_team(name="Flest")
    for team in (few, most, most):
        make_article(section, owner_team=team)
    form_class = ArticlePage.get_edit_handler().get_form_class()

    def proposed(place):
        form = form_class(instance=ArticlePage(), for_user=editor, parent_page=place)
        return form["owner_team"].value()

    assert proposed(section) == most.pk
    assert proposed(make_section()) is None
    own = make_team(name="Mitt team")
    own.members.add(editor)
    assert proposed(section) == own.pk


def test_draft_is_kept_before_it_says_what_it_is_about_and_not_sent_for_approval(editor, client):
    section, team = make_section(), make_team()
    new_article(client, section, owner_team=team.pk)
    draft = ArticlePage.objects.get(slug="bare-begynt")
    assert (draft.live, draft.review_by.isoformat()) == (False, "2027-05-27")

    answer = new_article(
        client, section, owner_team=team.pk, slug="en-til", **{"action-submit": "1"}
    )

    errors = answer.context["form"].errors
    assert {"answer", "body", "products", "audiences"} <= set(errors)
    assert not ArticlePage.objects.filter(slug="en-til").exists()


def test_article_is_previewed_before_it_is_saved(editor, client):
    section, team = make_section(), make_team()
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["guidance", "articlepage", section.pk]
    )
    form = {**BEGUN, "owner_team": team.pk}

    assert client.post(address, form).json()["is_valid"]
    assert "Bare begynt" in client.get(address).content.decode()


def test_review_before_the_last_one_is_told_at_its_field(editor, client):
    answer = new_article(client, make_section(), owner_team=make_team().pk, review_by="27.11.2026")

    assert answer.context["form"].errors == {
        "review_by": ["Neste kontroll må være etter den forrige."]
    }


def translation_errors(client, original, **fields):
    """What is said of an article that shall be a translation of another; none when it is kept."""
    answer = new_article(
        client, make_section(), owner_team=make_team().pk, translation_of=original.pk, **fields
    )
    return answer.context["form"].errors if answer.status_code == 200 else {}


def test_translation_is_kept_when_it_is_the_only_one_in_its_language(editor, client):
    original = make_article(language="nb")
    make_article(language="en", translation_of=original)

    assert translation_errors(client, original, language="nn") == {}
    assert ArticlePage.objects.get(slug="bare-begynt").translation_of == original


def test_what_cannot_be_a_translation_of_the_chosen_article_is_told_at_the_field(editor, client):
    original = make_article(language="nb")
    translated = make_article(language="en", translation_of=original, title="In English")

    told = {
        "De to er på samme språk. Endre målformen på denne.": (original, "nb"),
        "Den teksten finnes allerede på dette språket: In English": (original, "en"),
        "Velg originalen. Denne artikkelen selv, eller en annen oversettelse, er ikke det.": (
            translated,
            "nn",
        ),
    }
    for words, (chosen, language) in told.items():
        assert translation_errors(client, chosen, language=language) == {"translation_of": [words]}
    assert not ArticlePage.objects.filter(slug="bare-begynt").exists()


def test_article_is_no_translation_of_itself_nor_when_it_has_translations(editor, client):
    article, other = make_article(language="nn"), make_article(language="nb")
    make_article(language="en", translation_of=article)
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    form = {**BEGUN, "language": "nn", "owner_team": article.owner_team_id}

    for chosen, words in ((article, "Velg originalen."), (other, "Andre artikler er")):
        answer = client.post(address, {**form, "translation_of": chosen.pk})
        assert answer.context["form"].errors["translation_of"][0].startswith(words)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_day_with_points_is_understood_in_every_language(language):
    with translation.override(language):
        assert DateField().clean("03.02.2027").isoformat() == "2027-02-03"
        assert DateField().clean("2027-02-03").isoformat() == "2027-02-03"
        assert DateTimeField().clean("03.02.2027 14:30").strftime("%m-%d %H") == "02-03 14"


def test_form_sent_back_untouched_counts_as_unchanged(editor):
    article = make_article()
    form_class = ArticlePage.get_edit_handler().get_form_class()
    untouched = form_class(instance=article, for_user=editor)
    data = {
        name: value
        for name in untouched.fields
        if name != "body" and (value := untouched[name].value()) is not None
    }
    form = form_class(data, instance=article, for_user=editor)

    fields = {name: form.fields[name] for name in ("last_reviewed", "review_by", "owner_team")}
    assert [name for name in fields if form[name]._has_changed()] == []


def test_form_tells_writers_that_other_languages_are_articles_of_their_own(editor, client):
    html = client.get(
        reverse("wagtailadmin_pages:add", args=["guidance", "articlepage", make_section().pk])
    ).content.decode()

    assert "På et annet språk er den en egen artikkel" in html
    assert "skrives én gang" not in html


def test_editor_chooses_a_language_for_the_admin_and_is_asked_for_no_names_and_no_time_zone(
    editor, client
):
    page = reverse("wagtailadmin_account")
    panels = chain(*client.get(page).context["panels_by_tab"].values())
    forms = [panel.get_form() for panel in panels]
    asked = {
        form[name].html_name: form[name].value() or "" for form in forms for name in form.fields
    }
    saved = client.post(page, asked | {"locale-preferred_language": "en"})

    assert "locale-preferred_language" in asked
    assert not [name for name in asked if "name_email" in name or "time_zone" in name]
    assert saved.status_code == 302
    assert UserProfile.objects.get(user=editor).preferred_language == "en"


def test_menu_of_reports_leads_to_review_dates_and_not_to_the_age_of_pages(editor, client):
    html = client.get("/cms-admin/").content.decode()

    assert reverse("guidance_review_report") in html
    ages = reverse("wagtailadmin_reports:aging_pages")
    assert ages not in html
    assert client.get(ages).url == reverse("guidance_review_report")


def test_page_is_kept_for_groups_by_the_names_people_know(administrator, client):
    article = ArticlePage.objects.get()
    address = reverse("wagtailadmin_pages:set_privacy", args=[article.pk])
    Group.objects.get_or_create(name="Prøvegruppe")

    dialogue = client.get(address).json()["html"]
    labels = [
        " ".join(words.split()) for words in re.findall(r'name="groups"[^>]*>([^<]*)', dialogue)
    ]
    assert {"Administrator", "Prøvegruppe"} <= set(labels)
    assert not {"administrator", "editor"} & set(labels)

    chosen = Group.objects.get(name="administrator").pk
    client.post(address, {"restriction_type": "groups", "groups": [chosen]})
    assert [group.pk for group in article.get_view_restrictions().get().groups.all()] == [chosen]


@pytest.mark.parametrize(
    ("language", "name"), [("nb", "Redaktør"), ("nn", "Redaktør"), ("en", "Editor")]
)
def test_group_that_gives_a_role_is_named_in_the_readers_language(language, name):
    with translation.override(language):
        assert group_name(Group(name="editor")) == name


@pytest.mark.parametrize("group", ["editor", "manager", None])
def test_only_administrators_decide_who_reads_a_page(client, group):
    article = make_article()
    client.force_login(make_user(groups=(group,) if group else ()))
    address = reverse("wagtailadmin_pages:set_privacy", args=[article.pk])

    client.post(address, {"restriction_type": "login"})

    assert client.get(address)["Content-Type"] != "application/json"
    assert not article.get_view_restrictions().exists()
