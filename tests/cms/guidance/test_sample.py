import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from wagtail.models import Revision

from accounts.sample import load_teams
from cms.guidance.models import ArticlePage, SectionPage
from cms.guidance.sample import BrokenSample, load_articles, read_source
from taxonomy.sample import load_taxonomy

SAMPLE = Path(settings.BASE_DIR) / "sample"
AS_OF = timezone.make_aware(datetime(2026, 11, 24, 12, 0))

pytestmark = pytest.mark.django_db


@pytest.fixture
def vocabulary():
    load_taxonomy(SAMPLE / "taxonomy.yaml")
    load_teams(SAMPLE / "teams.yaml")


def small_sample(folder: Path, **changes) -> Path:
    """A folder with one article, changed as wanted."""
    front = {
        "slug": "prove", "title": "Prøve", "language": "nb", "section": "studio",
        "products": "[altinn-studio]", "audiences": "[service-owner]", "owner": "servicedesk",
        "answer": "Svar.", "reviewed_days_ago": "5", "review_in_days": "50", **changes,
    }  # fmt: skip
    text = front.pop("text", "## Hei\n\nTekst.")
    articles = folder / "articles"
    articles.mkdir(exist_ok=True)
    lines = "\n".join(f"{key}: {value}" for key, value in front.items())
    (articles / "prove.md").write_text(f"---\n{lines}\n---\n{text}\n", encoding="utf-8")
    sections = (SAMPLE / "sections.yaml").read_text(encoding="utf-8")
    (folder / "sections.yaml").write_text(sections, encoding="utf-8")
    return articles


def test_every_sample_article_is_published_and_links_to_pages_that_exist(vocabulary):
    files = list((SAMPLE / "articles").glob("*.md"))

    assert load_articles(SAMPLE / "articles", AS_OF) == len(files)

    articles = ArticlePage.objects.live()
    assert articles.count() == len(files)
    assert SectionPage.objects.live().count() == 8
    ids = set(articles.values_list("pk", flat=True))
    for article in articles:
        raw = str(list(article.body.raw_data))
        assert {int(pk) for pk in re.findall(r'linktype="page" id="(\d+)"', raw)} <= ids
        assert "article:" not in raw
        assert article.first_published_at < article.last_published_at <= AS_OF
        assert article.last_reviewed < AS_OF.date() < article.review_by + timedelta(days=60)
        assert 1 <= article.related_articles.count() <= 4
        anchors = [heading.anchor for heading in article.headings()]
        assert len(anchors) == len(set(anchors))
        assert len(article.body_text()) > 800
    english = articles.filter(language="en")
    assert english.count() == english.exclude(translation_of=None).count() > 0
    nynorsk = articles.filter(language="nn").count()
    assert nynorsk >= len(files) // 4


def test_loading_again_changes_nothing_but_what_differs(vocabulary, tmp_path):
    articles = small_sample(tmp_path)
    load_articles(articles, AS_OF)
    before = Revision.objects.count()
    load_articles(articles, AS_OF)
    assert Revision.objects.count() == before

    load_articles(small_sample(tmp_path, title="Ny tittel", text="Annen tekst."), AS_OF)

    page = ArticlePage.objects.get(slug="prove")
    assert (page.title, page.body_text()) == ("Ny tittel", "Annen tekst.")
    assert Revision.objects.count() == before + 1


def test_dates_move_with_the_day_of_loading(vocabulary, tmp_path):
    articles = small_sample(tmp_path)
    load_articles(articles, AS_OF)
    load_articles(articles, AS_OF + timedelta(days=7))

    page = ArticlePage.objects.get(slug="prove")
    assert page.last_reviewed == AS_OF.date() + timedelta(days=2)
    assert page.review_by == AS_OF.date() + timedelta(days=57)


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"section": "finnes-ikke"}, "finnes-ikke"),
        ({"owner": "ingen"}, "team 'ingen'"),
        ({"products": "[ukjent]"}, "product 'ukjent'"),
        ({"related": "[borte]"}, "article 'borte'"),
        ({"text": "[se](article:borte)"}, "article 'borte'"),
        ({"translation_of": "borte"}, "article 'borte'"),
    ],
)
def test_reference_to_what_is_not_there_is_named(vocabulary, tmp_path, changes, names):
    with pytest.raises(BrokenSample, match=f"prove: .*{names}"):
        load_articles(small_sample(tmp_path, **changes), AS_OF)


def test_file_with_a_wrong_key_or_name_is_refused(tmp_path):
    articles = small_sample(tmp_path, colour="red")
    with pytest.raises(BrokenSample, match="prove.md"):
        read_source(articles / "prove.md")
    articles = small_sample(tmp_path, slug="annet")
    with pytest.raises(BrokenSample, match="file's name"):
        read_source(articles / "prove.md")
