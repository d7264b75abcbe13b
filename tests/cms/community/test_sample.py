"""The sample questions."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.utils import timezone

from accounts.models import Team
from accounts.sample import load_teams
from cms.community.drawing import file_address
from cms.community.models import (
    Answer,
    CommunityEvent,
    Hint,
    Mention,
    PostDraft,
    PostFile,
    Question,
)
from cms.community.sample import People, SampleError, load_hints, load_questions
from search.text.redaction import find_identity_numbers
from taxonomy.models import Product
from taxonomy.sample import load_taxonomy
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

SAMPLE = Path(settings.BASE_DIR) / "sample"
QUESTIONS = SAMPLE / "questions.yaml"


@pytest.fixture
def people():
    load_taxonomy(SAMPLE / "taxonomy.yaml")
    load_teams(SAMPLE / "teams.yaml")
    team = Team.objects.filter(line="second").first()
    names = ("Solveig Bakke", "Eskil Moen", "Turid Nes", "Ola Vik")
    return People(
        community=[make_user(name=name) for name in names],
        staff=[make_user(teams=(team,)), make_user(teams=(team,))],
    )


@pytest.fixture
def as_of():
    return timezone.now()


def test_the_sample_loads_as_written_before_as_of(people, as_of):
    entries = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    assert load_questions(QUESTIONS, as_of=as_of, people=people) == len(entries)
    assert Question.objects.count() == len(entries)
    assert Answer.objects.count() == sum(len(entry["answers"]) for entry in entries)
    solved = sum(any(each["accepted"] for each in entry["answers"]) for entry in entries)
    assert Question.objects.filter(state="solved").count() == solved > 0
    official = sum(each["official"] for entry in entries for each in entry["answers"])
    assert Answer.objects.filter(official_team__isnull=False).count() == official > 0
    assert not CommunityEvent.objects.filter(at__gt=as_of).exists()
    for answer in Answer.objects.select_related("question"):
        assert answer.question.asked_at < answer.answered_at <= as_of
        assert answer.author_id != answer.question.asker_id


def test_the_team_that_answers_for_the_product_gives_the_official_answer(people, as_of):
    experts = Team.objects.get(slug="melding-varsling")
    staff = [*people.staff, make_user(teams=(experts,))]
    known = People(community=people.community, staff=staff, teams={"varsling": experts.slug})

    load_questions(QUESTIONS, as_of=as_of, people=known)

    about = Answer.objects.filter(question__product__slug="varsling", official_team__isnull=False)
    assert {answer.official_team for answer in about} == {experts}


def test_loading_again_changes_nothing_but_links_articles_that_have_come(people, as_of):
    load_questions(QUESTIONS, as_of=as_of, people=people)
    before = (Question.objects.count(), Answer.objects.count(), CommunityEvent.objects.count())
    article = make_article(slug="studio-signering")
    assert load_questions(QUESTIONS, as_of=as_of + timedelta(days=3), people=people) == 0
    after = (Question.objects.count(), Answer.objects.count(), CommunityEvent.objects.count())
    assert after == (before[0], before[1], before[2] + 1)  # the log tells of the link
    linked = Question.objects.get(article_id=article.pk)
    assert linked.slug.startswith("kan-to-foreldre-signere")


def test_a_picture_somebody_named_and_an_access_package_are_among_the_sample(people, as_of):
    named = make_user(name="Vilde Fossum")
    with_vilde = People(community=[*people.community, named], staff=people.staff)
    load_questions(QUESTIONS, as_of=as_of, people=with_vilde)
    picture = PostFile.objects.get()
    assert picture.alt and picture.width and picture.draft is None
    assert f'src="{file_address(picture)}"' in picture.answer.html
    assert Mention.objects.get().user == named
    question = picture.answer.question
    assert [each.urn.rpartition(":")[2] for each in question.access_packages.all()] == [
        "klientadministrator"
    ]
    assert not PostDraft.objects.exists()


def test_the_person_named_asks_when_there_is_one(people, as_of):
    load_questions(QUESTIONS, as_of=as_of, people=people)
    question = Question.objects.get(slug__startswith="kan-to-foreldre")
    assert question.asker.display_name == "Solveig Bakke"


def test_the_sample_holds_every_state_and_written_standard_and_no_numbers(people, as_of):
    load_questions(QUESTIONS, as_of=as_of, people=people)
    states = set(Question.objects.values_list("state", flat=True))
    assert states == {"unanswered", "answered", "solved"}
    languages = set(Question.objects.values_list("language", flat=True))
    assert {"nb", "nn"} <= languages
    assert not find_identity_numbers(QUESTIONS.read_text(encoding="utf-8"))
    assert not Question.objects.filter(body__contains="fjern").filter(body__contains="[").exists()


def test_a_product_that_is_not_there_is_named(people, as_of, tmp_path):
    entry = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))[0]
    entry["product"] = "finnes-ikke"
    path = tmp_path / "questions.yaml"
    path.write_text(yaml.safe_dump([entry], allow_unicode=True), encoding="utf-8")
    with pytest.raises(SampleError, match="finnes-ikke"):
        load_questions(path, as_of=as_of, people=people)
    assert not Question.objects.exists()


def test_hints_of_the_sample_are_in_every_language_and_those_of_editors_stay(people):
    path = settings.BASE_DIR / "sample" / "hints.yaml"
    product = Product.objects.get(slug="maskinporten")
    Hint.objects.create(product=product, text_nb="Vårt eget", text_nn="Vårt eige", text_en="Ours")
    assert load_hints(path) > 20
    assert load_hints(path) == 0
    assert [hint.text_nb for hint in product.hints.all()] == ["Vårt eget"]
    assert all(hint.text_nb and hint.text_nn and hint.text_en for hint in Hint.objects.all())


def test_hints_for_a_product_that_is_not_there_are_named(tmp_path):
    path = tmp_path / "hints.yaml"
    path.write_text("hints: {}\nproducts: {finnes-ikke: []}", encoding="utf-8")
    with pytest.raises(SampleError, match="finnes-ikke"):
        load_hints(path)
