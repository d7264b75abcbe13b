import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from cms.community.linking import link_article
from cms.guidance.models import RelatedArticle
from taxonomy.models import AccessPackage, AccessPackageArea, Audience
from tests.cms.community.posts import asked, in_state, make_people
from tests.factories import make_article, make_product, make_section, make_team, make_user

pytestmark = pytest.mark.django_db

THREE_HEADINGS = [
    {"type": "text", "value": "<p>Inn.</p><h2>Først</h2><p>a</p>"},
    {"type": "info", "value": {"title": "Nyttig", "text": "<p>b</p>"}},
    {"type": "text", "value": "<h2>Feil</h2><p>c</p><h3>Feil</h3>"},
]


def read(client, article, language="nb"):
    client.cookies["language"] = language
    response = client.get(article.url)
    assert response.status_code == 200
    return response.content.decode()


def ids(html):
    return re.findall(r'\bid="([^"]+)"', html)


def test_article_that_was_moved_is_found_at_its_former_address(client):
    before, after = make_section(slug="for"), make_section(slug="etter")
    article = make_article(before, slug="flyttet")
    article.move(after, pos="last-child")

    response = client.get("/veiledning/for/flyttet/")

    assert (response.status_code, response["Location"]) == (302, "/veiledning/etter/flyttet/")


def test_article_is_found_at_every_slug_it_has_had(client, django_capture_on_commit_callbacks):
    article = make_article(make_section(slug="nokler"), slug="forste")
    for slug in ("andre", "forste", "tredje"):
        article.slug = slug
        with django_capture_on_commit_callbacks(execute=True):
            article.save()

    for former in ("forste", "andre"):
        response = client.get(f"/veiledning/nokler/{former}/")
        assert (response.status_code, response["Location"]) == (302, "/veiledning/nokler/tredje/")


def test_section_and_its_articles_are_found_at_its_former_slug(
    client, django_capture_on_commit_callbacks
):
    section = make_section(slug="gammel")
    make_article(section, slug="artikkel")
    section.slug = "ny"
    with django_capture_on_commit_callbacks(execute=True):
        section.save()

    assert client.get("/veiledning/gammel/")["Location"] == "/veiledning/ny/"
    assert client.get("/veiledning/gammel/artikkel/")["Location"] == "/veiledning/ny/artikkel/"


def test_slug_in_use_now_comes_before_one_that_was(client, django_capture_on_commit_callbacks):
    section, other = make_section(slug="her"), make_section(slug="der")
    before = make_article(section, slug="navn")
    before.slug = "annet"
    with django_capture_on_commit_callbacks(execute=True):
        before.save()
    make_article(other, slug="navn")

    assert client.get("/veiledning/her/navn/")["Location"] == "/veiledning/der/navn/"


def test_slug_that_only_a_draft_had_leads_nowhere(client, django_capture_on_commit_callbacks):
    draft = make_article(make_section(slug="her"), slug="tanke", live=False)
    draft.slug = "plan"
    with django_capture_on_commit_callbacks(execute=True):
        draft.save()
    draft.live = True
    draft.save()

    assert client.get("/veiledning/her/tanke/").status_code == 404


def test_nobody_is_led_to_what_they_may_not_read_or_to_one_of_two(client):
    section, other = make_section(slug="en"), make_section(slug="to")
    make_article(section, slug="utkast", live=False)
    make_article(section, slug="samme")
    make_article(other, slug="samme")

    for path in ("/veiledning/for/utkast/", "/veiledning/for/samme/", "/veiledning/for/ingen/"):
        assert client.get(path).status_code == 404


def test_contents_list_stands_from_three_headings_and_its_links_work(client):
    html = read(client, make_article(body=THREE_HEADINGS))

    targets = re.findall(r'<a class="ds-link" href="#([^"]+)">', html)
    assert set(targets) == {"forst", "feil", "feil-2"}
    assert set(targets) <= set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


def test_two_headings_need_no_contents_list(client):
    html = read(client, make_article(body=[{"type": "text", "value": "<h2>A</h2><h2>B</h2>"}]))

    assert 'class="contents' not in html
    assert 'id="a"' in html


def test_anchors_of_the_page_are_the_headings_of_the_model():
    article = make_article(body=THREE_HEADINGS)

    assert [heading.anchor for heading in article.headings()] == ["forst", "feil", "feil-2"]
    article.refresh_from_db()
    assert [heading.anchor for heading in article.headings()] == ["forst", "feil", "feil-2"]


def test_every_kind_of_block_is_drawn_without_inline_script_or_style(client):
    picture = Image.objects.create(title="Bilde", file=get_test_image_file())
    other = make_article(title="Den andre")
    body = [
        {
            "type": "steps",
            "value": [{"type": "item", "id": "i1", "value": "<p><b>Åpne.</b> Du ser A.</p>"}],
        },
        {"type": "warning", "value": {"title": "Pass på", "text": "<p>x</p>"}},
        {"type": "code", "value": {"language": "json", "code": "<b>{}</b>"}, "id": "k1"},
        {
            "type": "table",
            "value": {
                "columns": [{"type": "text", "heading": "Kode"}],
                "rows": [{"values": ["<p>A1</p>"]}],
                "caption": "Koder",
            },
        },
        {
            "type": "picture",
            "value": {"image": picture.pk, "alt_text": "En knapp", "caption": "Slik"},
        },
        {
            "type": "related",
            "value": [
                {"type": "item", "id": "i2", "value": {"page": other.pk, "url": "", "text": ""}},
                {
                    "type": "item",
                    "id": "i4",
                    "value": {"page": None, "url": "https://ute.example/", "text": "Ute"},
                },
            ],
        },
    ]
    html = read(client, make_article(body=body))

    assert '<li class="steps__step">' in html
    assert "&lt;b&gt;{}&lt;/b&gt;" in html
    assert 'data-copies="code-k1"' in html
    assert 'id="code-k1"' in html
    assert '<th scope="col">Kode</th>' in html
    assert "<td>A1</td>" in html
    assert 'alt="En knapp"' in html
    assert f'href="{other.url}">Den andre</a>' in html
    assert 'href="https://ute.example/">Ute</a>' in html
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)


def test_facts_answer_and_description_are_there(client):
    area = AccessPackageArea.objects.create(slug="o", name_nb="Område")
    package = AccessPackage.objects.create(area=area, urn="urn:x:lonn", name_nb="Lønnspakken")
    audience = Audience.objects.create(slug="a", name_nb="Tjenesteeiere", name_nn="Tenesteeigarar")
    article = make_article(
        answer="Bruk <nøkkelen>.", applies_to="Altinn 3, TT02", language="nn",
        audiences=[audience], products=[make_product(name_nb="Studio")],
        owner_team=make_team(name="Studio–Flyt"), last_reviewed=date(2026, 3, 2),
        review_by=date(2027, 3, 2), authority="requirement",
    )  # fmt: skip
    article.access_packages = [package]
    article.save()

    html = read(client, article, "nn")

    for words in (
        "Tenesteeigarar", "Studio–Flyt", "2. mars 2026", "Altinn 3, TT02", "Lønnspakken", "Nynorsk"
    ):  # fmt: skip
        assert words in html
    assert '<meta name="description" content="Bruk &lt;nøkkelen&gt;.">' in html
    assert '<meta property="og:locale" content="nn_NO">' in html
    assert '<p class="answer" id="answer" lang="nn">' in html


def test_ended_product_gives_a_banner_and_one_in_use_does_not(client):
    ended = make_product(name_nb="Gamle", status="ended", ends_on=date(2026, 6, 19))
    winding = make_product(name_nb="Snart", status="winding_down")

    html = read(client, make_article(products=[ended, winding, make_product()]), "en")

    assert html.count("ds-alert ending") == 2
    assert "Gamle has ended." in html
    assert "Snart is being wound down." in html
    assert "19 June 2026" in html


def test_related_articles_stand_in_order_without_drafts(client):
    article = make_article()
    rows = [make_article(title="Andre"), make_article(title="Kladd", live=False)]
    rows.insert(0, make_article(title="Første"))
    article.related_articles = [
        RelatedArticle(article=row, sort_order=order) for order, row in enumerate(rows)
    ]
    article.save()

    html = read(client, article)

    assert html.index(">Første<") < html.index(">Andre<")
    assert "Kladd" not in html


def test_an_article_shows_the_answered_questions_it_answers_and_no_others(client):
    article, people = make_article(), make_people()
    answered, _answer = in_state("solved", people)
    waiting, hidden = (
        asked(people.asker, title="Ingen har svart"),
        in_state("hidden_question", people)[0],
    )
    for question in (answered, waiting, hidden):
        link_article(question=question, article=article, by=people.staff, now=timezone.now())

    html = read(client, article, "nn")

    assert "Spørsmål artikkelen svarer på" in html
    address = reverse("community_question", args=[answered.pk, answered.slug])
    assert f'href="{address}">{answered.title}<' in html
    assert f"/community/{waiting.pk}/" not in html
    assert f"/community/{hidden.pk}/" not in html
    assert "Spørsmål artikkelen svarer på" not in read(client, make_article())


def test_translations_point_to_each_other_and_lists_show_the_readers_own(client):
    section = make_section(slug="s")
    original = make_article(section, title="Norsk tittel")
    english = make_article(section, title="English title", language="en", translation_of=original)

    assert f'href="{english.url}" lang="en" hreflang="en">Read in English' in read(client, original)
    assert f'href="{original.url}" lang="nb" hreflang="nb"' in read(client, english)
    norwegian_list, english_list = read(client, section, "nn"), read(client, section, "en")
    assert "Norsk tittel" in norwegian_list
    assert "English title" not in norwegian_list
    assert "English title" in english_list
    assert "Norsk tittel" not in english_list


def test_only_editors_get_the_edit_link(client):
    article = make_article()
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])

    assert address not in read(client, article)
    client.force_login(make_user())
    assert address not in read(client, article)
    client.force_login(make_user(groups=("editor",)))
    assert address in read(client, article)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ["Var dette nyttig?", "Sist kontrollert", "På denne siden"]),
        ("nn", ["Var dette nyttig?", "Sist kontrollert", "På denne sida"]),
        ("en", ["Was this useful?", "Last checked", "On this page"]),
    ],
)
def test_page_speaks_the_readers_language(client, language, words):
    html = read(client, make_article(body=THREE_HEADINGS), language)

    assert f'<html lang="{language}"' in html
    for each in words:
        assert each in html


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_lists_render_in_both_standards(client, language):
    section = make_section(title="Bokmålstittel", title_nn="Nynorsktittel", slug="s")
    make_article(section)
    title = {"nb": "Bokmålstittel", "nn": "Nynorsktittel"}[language]

    client.cookies["language"] = language
    for address in ("/veiledning/", "/veiledning/s/"):
        html = client.get(address).content.decode()
        assert title in html
        assert {"nb": "Veiledning", "nn": "Rettleiing"}[language] in html


def test_empty_guidance_and_empty_section_lead_on(client):
    section = make_section(slug="tom")

    for address in ("/veiledning/", section.url):
        response = client.get(address)
        assert response.status_code == 200
        assert f'href="{reverse("ask")}"' in response.content.decode()


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", ["/veiledning/", "/veiledning/s/"])
def test_lists_take_the_same_number_of_queries_with_1_and_50_articles(client, address):
    section = make_section(slug="s")
    team, products = make_team(), [make_product(), make_product()]
    make_article(section, owner_team=team, products=products)
    one = queries(client, address)
    for _each in range(49):
        make_article(section, owner_team=team, products=products)

    assert queries(client, address) == one
    assert one <= 15


def test_article_takes_the_same_number_of_queries_with_more_of_everything(client):
    small, large = make_article(), make_article(body=THREE_HEADINGS * 10)
    others = [make_article() for _each in range(6)]
    for article, rows in ((small, others[:1]), (large, others)):
        article.related_articles = [RelatedArticle(article=row) for row in rows]
        article.save()

    assert queries(client, large.url) == queries(client, small.url) <= 25


def test_overdue_articles_are_found_by_date():
    today = timezone.localdate()
    late = make_article(last_reviewed=date(2026, 1, 1), review_by=date(2026, 2, 1))
    make_article()

    assert list(type(late).objects.overdue(today)) == [late]


def test_search_gets_plain_text_links_and_words():
    other = make_article()
    article = make_article(
        title="Tittel", answer="Svar.", search_words="nøkkel, kid ,, utløpt",
        body=[
            {
                "type": "text",
                "value": "<h2>Først</h2><p>En <b>fet</b> "
                f'<a linktype="page" id="{other.pk}">lenke</a>.</p>',
            },
            {"type": "steps", "value": [
                {"type": "item", "id": "i3", "value": '<p>Gå <a href="https://ute.example/">ut</a></p>'}]},
        ],
    )  # fmt: skip

    assert article.search_word_list == ["nøkkel", "kid", "utløpt"]
    assert article.links() == {(other.pk, "lenke")}
    assert article.body_text() == "Først\nEn fet lenke.\nGå ut"


def test_search_gets_every_point_and_cell_on_a_line_of_its_own():
    article = make_article(
        body=[
            {"type": "text", "value": "<ul><li>Ett &amp;&nbsp;to</li><li>Tre<br/>fire</li></ul>"},
            {"type": "table", "value": {
                "columns": [{"type": "text", "heading": name} for name in ("Krav", "Frist")],
                "rows": [{"values": ["<p>Søk</p>", "<p>1. mai</p>"]}],
                "caption": "",
            }},
            {"type": "code", "value": {"language": "bash", "code": "curl -i"}},
        ]
    )  # fmt: skip

    lines = article.body_text().split("\n")

    assert lines == ["Ett & to", "Tre", "fire", "Krav", "Frist", "Søk", "1. mai", "curl -i"]
