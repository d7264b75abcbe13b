"""Articles and questions as documents, and what makes the index follow them."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from accounts import visibility
from accounts.visibility import tokens_for
from cms.community import moderation, services
from cms.community.linking import link_article
from cms.community.models import Question
from cms.guidance.models import ArticleLink, ArticlePage
from cms.indexing import ArticleSource, QuestionSource, audience_names, product_names
from dispatch.models import OutboxRow
from search.indexing import withdrawn
from search.types import Authority, ProductStatus
from taxonomy.models import Audience, Product
from tests.cms.community.posts import known
from tests.factories import (
    make_article,
    make_product,
    make_section,
    make_team,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BODY = [
    {
        "type": "text",
        "value": "<h2>Når nøkkelen er utløpt</h2><p>Lag en <b>ny</b> nøkkel &amp; bytt.</p>",
    }
]


def document(source, pk: int):
    """The document a source gives, or None."""
    found = list(source.get_documents([f"{source.kind}:{pk}"]))
    return found[0] if found else None


def ask(**fields):
    """A question to the community."""
    values = {
        "by": make_user(),
        "title": "Hvordan bytter jeg nøkkel?",
        "body": "Nøkkelen er **utløpt**.",
        "language": "nb",
        "product": make_product(),
        "now": NOW,
    }
    return services.ask_question(**(values | fields))


def waiting() -> set[str]:
    """The ids rows for the index name."""
    rows = OutboxRow.objects.filter(topic="search", delivered_at=None)
    return {each for row in rows for each in row.payload["ids"]}


@pytest.fixture
def forget_rows():
    """Take away the rows of what was made first."""
    return lambda: OutboxRow.objects.all().delete()


# --- articles ------------------------------------------------------------------------------------


def test_an_article_is_found_by_its_text_facts_and_search_words():
    product = make_product(slug="maskinporten", name_nb="Maskinporten", name_en="The port")
    article = make_article(
        title="Bytt nøkkel",
        answer="Lag en ny.",
        body=BODY,
        language="nb",
        search_words="jwk, kid ,",
        products=[product],
        audiences=[Audience.objects.create(slug="supplier", name_nb="Leverandør")],
        authority="requirement",
        applies_to="TT02",
    )
    article.topics = [make_topic(product, name_nb="Nøkler")]
    article.save()
    found = document(ArticleSource(), article.pk)
    assert (found.id, found.kind, found.language) == (f"article:{article.pk}", "article", "nb")
    assert (found.title, found.summary) == ("Bytt nøkkel", "Lag en ny.")
    assert found.headings == ("Når nøkkelen er utløpt",)
    assert "Lag en ny nøkkel & bytt." in found.body and "<" not in found.body
    assert {"jwk", "kid", "Maskinporten", "The port", "Nøkler", "TT02"} <= set(found.search_words)
    assert "" not in found.search_words
    assert (found.products, found.audiences) == (("maskinporten",), ("supplier",))
    assert found.authority == Authority.BINDING
    assert found.visibility == {"public"}


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["in_use"], ProductStatus.IN_USE),
        (["ended"], ProductStatus.ENDED),
        (["ended", "winding_down"], ProductStatus.WINDING_DOWN),
        (["ended", "in_use"], ProductStatus.IN_USE),
    ],
)
def test_an_article_has_ended_only_when_all_its_products_have(statuses, expected):
    products = [make_product(status=each, ends_on=NOW.date()) for each in statuses]
    article = make_article(products=products)
    assert document(ArticleSource(), article.pk).product_status == expected


def test_an_article_is_as_fresh_as_its_last_review_or_publication():
    article = make_article(last_reviewed=NOW.date() - timedelta(days=30))
    assert document(ArticleSource(), article.pk).updated_at == timezone.make_aware(
        datetime.combine(article.last_reviewed, datetime.min.time())
    )
    Page.objects.filter(pk=article.pk).update(last_published_at=NOW)
    assert document(ArticleSource(), article.pk).updated_at == NOW


def test_drafts_and_what_does_not_exist_are_no_documents():
    draft = make_article(live=False)
    source = ArticleSource()
    assert document(source, draft.pk) is None
    assert list(source.get_documents(["article:404404", "article:", "article:x", "article"])) == []
    assert list(source.iter_documents()) == []


def restrict(page, kind: str, *groups: Group) -> PageViewRestriction:
    """Close a page and what is below it."""
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=kind, password="hemmelig" if kind == "password" else ""
    )
    restriction.groups.set(groups)
    return restriction


@pytest.mark.parametrize("place", ["article", "section"])
@pytest.mark.parametrize("kind", ["login", "groups", "password"])
def test_the_tokens_let_find_an_article_exactly_those_who_may_read_it(place, kind):
    group = Group.objects.create(name="prøvegruppe")
    section = make_section()
    article = make_article(section)
    restrict(article if place == "article" else section, kind, group)
    people = {
        "visitor": AnonymousUser(),
        "somebody": make_user(),
        "in the group": make_user(groups=("prøvegruppe",)),
        "editor": make_user(groups=("editor",)),
        "administrator": make_user(groups=("administrator",)),
    }
    source = ArticleSource()
    found = document(source, article.pk)
    for name, person in people.items():
        may_read = bool(source.recheck([found.id], person))
        assert bool(found.visibility & tokens_for(person)) == may_read, name
    assert not found.visibility & tokens_for(AnonymousUser())


def test_restrictions_above_each_other_all_apply():
    one, two, both = (Group.objects.create(name=name) for name in ("en", "to", "begge"))
    section = make_section()
    article = make_article(section)
    restrict(section, "groups", one, both)
    restrict(article, "groups", two, both)
    assert document(ArticleSource(), article.pk).visibility == {
        visibility.group_token(both.pk),
        visibility.WRITER,
    }
    restrict(section, "login")
    assert visibility.SIGNED_IN not in document(ArticleSource(), article.pk).visibility


def test_a_restriction_of_a_neighbour_does_not_matter():
    restrict(make_section(), "login")
    article = make_article(make_section())
    assert document(ArticleSource(), article.pk).visibility == {"public"}


def test_articles_are_read_in_a_constant_number_of_statements(django_assert_max_num_queries):
    section = make_section()
    for _number in range(26):
        make_article(section)
    with django_assert_max_num_queries(8):
        assert len(list(ArticleSource().iter_documents())) == 26
    ids = [f"article:{each.pk}" for each in section.get_children()]
    with django_assert_max_num_queries(8):
        assert len(list(ArticleSource().get_documents(ids))) == 26
    with django_assert_max_num_queries(3):
        assert len(ArticleSource().recheck(ids, AnonymousUser())) == 26


def linking(*links: tuple[object, str]) -> list[dict]:
    """A text with these links."""
    html = "".join(f'<p><a linktype="page" id="{page}">{text}</a></p>' for page, text in links)
    return [{"type": "text", "value": html}]


def ids_of(*articles) -> set[str]:
    return {f"article:{each.pk}" for each in articles}


def test_an_article_is_found_by_the_words_others_link_to_it_with(forget_rows):
    target, other = make_article(), make_article()
    source = make_article(
        body=linking(
            (target.pk, "bytte <b>jwk</b>"),
            (target.pk, "bytte <b>jwk</b>"),
            (target.pk, "nøkkelbytte " + "x" * 300),
            (target.pk, ""),
            (999_999, "borte"),
            (10**30, "for stort"),
        )
    )
    first, second = document(ArticleSource(), target.pk).link_texts
    assert first == "bytte jwk"
    assert second.startswith("nøkkelbytte x") and len(second) == 200
    forget_rows()
    source.body = linking((target.pk, "bytte jwk"), (other.pk, "noe annet"), (source.pk, "her"))
    source.save()
    assert waiting() == ids_of(source, target, other)
    assert withdrawn() == frozenset()
    assert document(ArticleSource(), target.pk).link_texts == ("bytte jwk",)
    assert document(ArticleSource(), other.pk).link_texts == ("noe annet",)
    assert document(ArticleSource(), source.pk).link_texts == ()
    forget_rows()
    source.save()
    assert waiting() == ids_of(source)


def test_drafts_lend_no_words_and_what_is_taken_down_takes_its_words_with_it(forget_rows):
    target = make_article()
    source = make_article(live=False, body=linking((target.pk, "bytte jwk")))
    assert document(ArticleSource(), target.pk).link_texts == ()
    source.save_revision().publish()
    assert document(ArticleSource(), target.pk).link_texts == ("bytte jwk",)
    forget_rows()
    ArticlePage.objects.get(pk=source.pk).unpublish()
    assert withdrawn() >= ids_of(target)
    assert document(ArticleSource(), target.pk).link_texts == ()
    ArticlePage.objects.get(pk=source.pk).get_latest_revision().publish()
    forget_rows()
    ArticlePage.objects.get(pk=source.pk).delete()
    assert withdrawn() >= ids_of(target)
    assert document(ArticleSource(), target.pk).link_texts == ()


@pytest.mark.parametrize("kind", ["login", "groups"])
def test_what_not_everybody_may_read_lends_no_words(kind, forget_rows):
    target, section = make_article(), make_section()
    make_article(section, body=linking((target.pk, "bytte jwk")))
    forget_rows()
    closed = PageViewRestriction.objects.create(page=section, restriction_type=kind)
    assert withdrawn() >= ids_of(target)
    assert document(ArticleSource(), target.pk).link_texts == ()
    closed.delete()
    assert document(ArticleSource(), target.pk).link_texts == ("bytte jwk",)


def test_the_links_of_articles_that_were_there_before_are_read_once():
    target = make_article()
    source = make_article(body=linking((target.pk, "bytte <b>jwk</b> &amp; kid")))
    make_article(live=False, body=linking((target.pk, "utkast")))
    kept = list(ArticleLink.objects.values_list("source", "target", "words"))
    ArticleLink.objects.all().delete()
    migration = import_module("cms.guidance.migrations.0002_articlelink")
    migration.read_links(apps, SimpleNamespace(connection=connection))
    again = list(ArticleLink.objects.values_list("source", "target", "words"))
    assert again == kept == [(source.pk, target.pk, "bytte jwk & kid")]


def test_an_article_is_found_by_the_questions_it_was_given_as_the_answer_to(forget_rows):
    article, other = make_article(), make_article()
    editor = make_user(groups=("editor",))
    question = ask(title="Hvorfor virker ikke jwk-en min?")
    link_article(question=question, article=article, by=editor, now=NOW)
    assert document(ArticleSource(), article.pk).questions == ("Hvorfor virker ikke jwk-en min?",)
    forget_rows()
    link_article(question=question, article=other, by=editor, now=NOW)
    assert {f"article:{each.pk}" for each in (article, other)} < waiting()
    assert document(ArticleSource(), article.pk).questions == ()
    forget_rows()
    link_article(question=question, article=None, by=editor, now=NOW)
    assert f"article:{other.pk}" in waiting()
    assert document(ArticleSource(), other.pk).questions == ()


def test_an_article_is_not_found_by_a_question_out_of_sight(forget_rows):
    article, question = make_article(), ask(title="Reklame for hengekøyer")
    link_article(question=question, article=article, by=make_user(groups=("editor",)), now=NOW)
    forget_rows()
    moderation.hide(post=question, by=make_user(groups=("moderator",)), reason="Reklame", now=NOW)
    assert f"article:{article.pk}" in withdrawn()
    assert "Reklame" not in repr(document(ArticleSource(), article.pk))
    forget_rows()
    Question.objects.get(pk=question.pk).delete()
    assert f"article:{article.pk}" in withdrawn()


# --- questions -----------------------------------------------------------------------------------


def test_a_question_is_found_by_its_answers_too():
    question = ask(title="Hvordan bytter jeg nøkkel?")
    services.answer_question(question=question, by=make_user(), body="Se *loggen*.", now=NOW)
    good = services.answer_question(question=question, by=make_user(), body="Ny `jwk`.", now=NOW)
    services.accept_answer(answer=good, by=question.asker, now=NOW)
    found = document(QuestionSource(), question.pk)
    assert found.title == "Hvordan bytter jeg nøkkel?"
    assert found.summary == "Ny jwk."
    assert found.body == "Nøkkelen er utløpt.\nSe loggen."
    assert found.products == (question.product.slug,)
    assert found.visibility == {"public"}
    assert found.authority == Authority.EXPERIENCE


def test_a_question_weighs_what_stands_behind_its_answers():
    question = ask()
    assert document(QuestionSource(), question.pk).authority == Authority.COMMUNITY
    team = make_team()
    services.give_official_answer(
        question=question, by=make_user(teams=(team,)), team=team, body="Slik.", now=NOW
    )
    assert document(QuestionSource(), question.pk).authority == Authority.GUIDANCE


def test_hidden_questions_are_no_documents_and_hidden_answers_no_part_of_one():
    moderator = make_user(groups=("moderator",))
    question = ask()
    answer = services.answer_question(question=question, by=make_user(), body="Reklame", now=NOW)
    moderation.hide(post=answer, by=moderator, reason="Reklame", now=NOW)
    assert "Reklame" not in repr(document(QuestionSource(), question.pk))
    moderation.hide(post=question, by=moderator, reason="Reklame", now=NOW)
    source = QuestionSource()
    assert document(source, question.pk) is None
    assert list(source.iter_documents()) == []
    for person in (AnonymousUser(), question.asker, moderator):
        assert source.recheck([f"question:{question.pk}"], person) == set()


def test_questions_are_read_in_a_constant_number_of_statements(django_assert_max_num_queries):
    product, asker = make_product(), known(make_user())
    for number in range(26):
        ask(product=product, by=asker, title=f"Spørsmål {number}")
    with django_assert_max_num_queries(3):
        assert len(list(QuestionSource().iter_documents())) == 26


# --- names in filters ----------------------------------------------------------------------------


def test_products_and_audiences_are_known_by_every_name_and_by_slug():
    make_product(slug="id-porten", name_nb="ID-porten", name_en="ID gateway")
    Audience.objects.create(slug="supplier", name_nb="Leverandør", name_nn="Leverandør")
    assert product_names() == {
        "ID-porten": "id-porten",
        "ID gateway": "id-porten",
        "id-porten": "id-porten",
    }
    assert audience_names() == {"Leverandør": "supplier", "supplier": "supplier"}


# --- rows for the index --------------------------------------------------------------------------


def test_publishing_and_unpublishing_leave_a_row(forget_rows):
    article = make_article(live=False)
    forget_rows()
    article.save_revision().publish()
    assert waiting() == {f"article:{article.pk}"}
    forget_rows()
    ArticlePage.objects.get(pk=article.pk).unpublish()
    assert waiting() == {f"article:{article.pk}"}


def test_deleting_an_article_or_its_section_leaves_a_row(forget_rows):
    section = make_section()
    one, two = make_article(section), make_article(section)
    forget_rows()
    one.delete()
    assert waiting() == {f"article:{one.pk}"}
    Page.objects.get(pk=section.pk).delete()
    assert waiting() == {f"article:{one.pk}", f"article:{two.pk}"}


def test_moving_a_page_leaves_rows_for_the_articles_in_it(forget_rows):
    section, other = make_section(), make_section()
    article = make_article(section)
    forget_rows()
    article.move(other, pos="last-child")
    assert waiting() == {f"article:{article.pk}"}


def test_page_privacy_leaves_rows_for_every_article_below(forget_rows):
    section = make_section()
    inside, outside = make_article(section), make_article(make_section())
    forget_rows()
    restriction = restrict(section, "login")
    assert waiting() == {f"article:{inside.pk}"}
    forget_rows()
    restriction.groups.add(Group.objects.create(name="prøvegruppe"))
    assert waiting() == {f"article:{inside.pk}"}
    forget_rows()
    restriction.delete()
    assert waiting() == {f"article:{inside.pk}"}
    assert outside.pk


def test_a_changed_product_leaves_rows_for_all_that_is_about_it(forget_rows):
    product = make_product()
    article, question = make_article(products=[product]), ask(product=product)
    make_article()
    forget_rows()
    Product.objects.get(pk=product.pk).save()
    assert waiting() == {f"article:{article.pk}", f"question:{question.pk}"}


def test_a_product_of_many_articles_leaves_few_rows(forget_rows):
    product, section = make_product(), make_section()
    for _number in range(30):
        make_article(section, products=[product])
    forget_rows()
    product.save()
    assert OutboxRow.objects.count() == 1
    assert len(waiting()) == 30


def test_what_happens_to_a_question_leaves_a_row(forget_rows):
    question = ask()
    assert waiting() == {f"question:{question.pk}"}
    forget_rows()
    moderation.hide(post=question, by=make_user(groups=("moderator",)), reason="Reklame", now=NOW)
    assert waiting() == {f"question:{question.pk}"}
