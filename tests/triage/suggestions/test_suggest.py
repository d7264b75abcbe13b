"""What is suggested for a text: good, allowed, explained, or nothing at all."""

import shutil

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from cms.community.models import Question
from search.indexing import rebuild
from tests.factories import make_article, make_product, make_user
from tests.triage.tickets.desk import in_status, opened
from triage.suggestions import stored
from triage.suggestions.models import TicketSuggestion
from triage.suggestions.suggest import suggest
from triage.tickets.services import reopen
from triage.tickets.states import Status

pytestmark = pytest.mark.django_db

TEXT = """Hei
Vi får AUTH.VLD-00003 når leverandøren skal opprette systembruker for klienten vår.
Mvh Kari"""


@pytest.fixture
def article():
    make_article(title="Kart i skjema", answer="Slik viser du kart i et skjema.")
    return make_article(
        title="Opprett systembruker",
        answer="Leverandøren oppretter systembruker. AUTH.VLD-00003 betyr at rettigheten mangler.",
        body=[{"type": "text", "value": "<p>Klienten godkjenner &lt;b&gt; forespørselen.</p>"}],
    )


def _found(text=TEXT, **options):
    options = {
        "user": AnonymousUser(),
        "language": "nb",
        "now": timezone.now(),
        **options,
    }
    return suggest(text, **options)


def test_the_article_that_answers_is_suggested_with_a_reason_and_marked_words(article):
    rebuild()
    (found,) = _found()
    assert (found.id, found.kind, found.title) == (
        f"article:{article.pk}",
        "article",
        "Opprett systembruker",
    )
    assert "AUTH.VLD-00003" in found.reason
    assert "<mark>" in found.excerpt_html


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "som også står i teksten"), ("nn", "som òg står i teksten"), ("en", "as the text")],
)
def test_the_reason_is_in_the_language_of_the_page(article, language, words):
    rebuild()
    with translation.override(language):
        assert words in _found(language=language)[0].reason


def test_markup_in_titles_and_texts_is_escaped():
    make_article(title="Feil <script>x</script> AUTH.VLD-00003", answer="<img> AUTH.VLD-00003 her")
    rebuild()
    (found,) = _found("Vi får AUTH.VLD-00003 hele tiden")
    assert "<script" not in found.excerpt_html
    assert "<img" not in found.excerpt_html


@pytest.mark.parametrize(
    "text", ["", "Hei", "Mvh\nKari", "Når går toget til byen i morgen?", "og i på", "\x00", "🙂"]
)
def test_nothing_is_suggested_when_nothing_is_good_enough(article, text):
    rebuild()
    assert _found(text) == []


def test_at_most_as_many_as_asked_for():
    for number in range(5):
        make_article(title=f"Systembruker del {number}", answer="Feilen AUTH.VLD-00003 forklart.")
    rebuild()
    assert len(_found(limit=2)) == 2
    assert _found(limit=0) == []


def test_the_product_one_chose_lifts_its_articles():
    melding, varsling = make_product(slug="melding"), make_product(slug="varsling")
    make_article(title="Feil avsender", answer="Avsender er feil.", products=[melding])
    wanted = make_article(title="Feil avsender", answer="Avsender er feil.", products=[varsling])
    rebuild()
    found = _found("Feil avsender på det vi sender ut", product="varsling")
    assert found[0].id == f"article:{wanted.pk}"


def test_an_article_taken_down_after_it_was_indexed_is_not_suggested(article):
    rebuild()
    article.unpublish()
    assert _found() == []


def test_a_dead_engine_gives_nothing_and_no_error(article, settings):
    rebuild()
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    assert _found() == []


def test_a_question_is_suggested_only_when_it_has_an_answer(desk):
    question = Question.objects.create(
        title="Systembruker gir AUTH.VLD-00003",
        slug="s",
        body="Hva gjør vi?",
        html="<p>Hva gjør vi?</p>",
        language="nb",
        product=desk.product,
    )
    rebuild()
    assert _found(kinds=("question",)) == []
    Question.objects.filter(pk=question.pk).update(official_team=desk.second)
    with translation.override("en"):
        (found,) = _found(kinds=("question",))
    assert found.id == f"question:{question.pk}"
    assert "got an answer" in found.reason


# --- kept with a case -----------------------------------------------------------------------------


def _store(ticket, text=TEXT):
    stored.store_suggestions(ticket, text, product="", now=timezone.now())


def test_articles_and_solved_cases_are_kept_with_a_case(desk, article):
    text = {"subject": "AUTH.VLD-00003", "body": "Systembruker hos leverandøren feiler."}
    solved = in_status(desk, Status.RESOLVED, **text)
    in_status(desk, Status.IN_PROGRESS, **text)
    ticket = opened(desk, **text)
    rebuild()
    _store(ticket)
    kept = stored.kept_for(ticket, desk.people.agent)
    assert [each.document.id for each in kept] == [f"article:{article.pk}", f"ticket:{solved.pk}"]
    assert all("AUTH.VLD-00003" in each.reason for each in kept)


OWN = {
    "subject": "Nøkkelen til integrasjonen",
    "body": "Vi bytter nøkkel i morgen, og klienten vår i testmiljøet svarer ikke. Hvem kan åpne "
    "brannmuren?",
}


@pytest.mark.parametrize(
    ("subject", "body", "shown"),
    [
        (
            "Bytte av nøkkel",
            "Nøkkelen til integrasjonen byttes, klienten i testmiljø svarer ikke.",
            1,
        ),
        ("Klienten svarer ikke", "Klienten i testmiljøet svarer ikke. Brannmuren er åpen.", 0),
    ],
)
def test_a_case_having_its_own_words_neither_speaks_for_others_nor_against_them(
    desk, subject, body, shown
):
    """Every case covers its own text wholly, and so those with a few words in common came along."""
    solved = in_status(desk, Status.RESOLVED, subject=subject, body=body)
    ticket = opened(desk, **OWN)
    rebuild()
    _store(ticket, f"{OWN['subject']}\n{OWN['body']}")
    found = [row.document for row in TicketSuggestion.objects.all()]
    assert found == [f"ticket:{solved.pk}"] * shown


def test_a_solved_security_case_is_never_suggested(desk):
    text = {"subject": "AUTH.VLD-00003", "body": "Systembruker hos leverandøren feiler."}
    in_status(desk, Status.RESOLVED, security=True, **text)
    ticket = opened(desk, **text)
    rebuild()
    _store(ticket)
    assert not TicketSuggestion.objects.filter(document__startswith="ticket:").exists()


def test_what_a_person_may_not_see_is_left_out(desk, article):
    solved = in_status(desk, Status.RESOLVED, subject="AUTH.VLD-00003", body="Systembruker feiler.")
    ticket = opened(desk, subject="Systembruker", body="AUTH.VLD-00003")
    rebuild()
    _store(ticket)
    seen = {each.document.id for each in stored.kept_for(ticket, desk.people.outsider)}
    assert f"ticket:{solved.pk}" not in seen
    article.unpublish()
    assert stored.kept_for(ticket, desk.people.stranger) == []
    assert stored.kept_for(ticket, make_user()) == []


def test_what_answers_no_more_is_left_out(desk):
    """A case stood as solved beside others after it had been opened again."""
    said = {"subject": "AUTH.VLD-00003", "body": "Systembruker hos leverandøren feiler."}
    solved = in_status(desk, Status.RESOLVED, **said)
    ticket = opened(desk, **said)
    rebuild()
    _store(ticket)
    assert len(stored.kept_for(ticket, desk.people.agent)) == 1
    reopen(ticket=solved, by=desk.people.agent, reason="Feiler igjen", now=timezone.now())
    assert stored.kept_for(ticket, desk.people.agent) == []


def test_finding_again_replaces_but_keeps_what_was_used(desk, article):
    ticket = opened(desk, subject="Systembruker", body="AUTH.VLD-00003")
    rebuild()
    _store(ticket)
    _store(ticket)
    assert TicketSuggestion.objects.filter(ticket=ticket).count() == 1
    stored.mark_used(ticket, f"article:{article.pk}", now=timezone.now())
    _store(ticket, "Hei")
    (kept,) = stored.kept_for(ticket, desk.people.agent)
    assert kept.used


def test_an_article_on_another_code_is_not_said_to_mention_the_one_of_the_text():
    make_article(
        title="AUTH.VLD-00001 ved registrering",
        answer="AUTH.VLD-00001 betyr at navnet på systemet mangler.",
    )
    rebuild()
    assert _found("AUTH.VLD-00003") == []
