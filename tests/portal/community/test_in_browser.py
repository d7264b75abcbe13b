"""The community in a real browser: what script shortens, the keyboard, and accessibility."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from PIL import Image

from cms.community import moderation, services
from cms.community.models import Answer, PostDraft, Question
from portal.community import similar
from portal.community.presenters import address_of
from tests.browser import BROWSER_TESTS, Window
from tests.cms.community.posts import answered, asked
from tests.factories import make_article, make_product
from triage.suggestions.suggest import Suggested

pytestmark = BROWSER_TESTS

NUMBER = "17054026641"  # synthetic: nobody's


def test_an_answer_is_looked_at_while_written_masked_and_kept(chromium, live_server, people):
    question = asked(people.asker)
    reader = Window(chromium, live_server, people.member)
    page = reader.open(address_of(question))
    assert page.get_by_role("button", name="Forhåndsvis").count() == 0
    page.get_by_label("Svaret ditt").fill(f"Det er **enkelt**, {NUMBER}")
    page.locator("[data-pane-text] strong", has_text="enkelt").wait_for()
    warning = page.get_by_text("Det står et fødselsnummer i teksten.")
    warning.wait_for()
    page.get_by_role("button", name="Fjern fra teksten nå").click()
    assert NUMBER not in page.get_by_label("Svaret ditt").input_value()
    warning.wait_for(state="detached")
    page.get_by_text("Lagret som utkast").wait_for()
    page.reload()
    assert page.get_by_label("Svaret ditt").input_value().startswith("Det er **enkelt**")
    page.get_by_role("button", name="Publiser svaret").click()
    page.get_by_text("Svaret ditt er publisert.").wait_for()
    assert Answer.objects.get().author == people.member
    assert page.get_by_label("Svaret ditt").input_value() == ""
    assert reader.complaints == []


def test_asking_by_keyboard_with_what_looks_like_it(chromium, live_server, people, monkeypatch):
    make_product(name_nb="Maskinporten", slug="maskinporten")
    article = make_article(title="Om scopes")
    found = Suggested(
        id=f"article:{article.pk}",
        kind="article",
        title="Om scopes",
        excerpt_html="Be om <mark>begge</mark>.",
        reason="Den handler om det samme.",
        language="nb",
        score=2.0,
    )
    monkeypatch.setattr(similar, "suggest", lambda text, **_asked: [found])
    reader = Window(chromium, live_server, people.member)
    page = reader.open("/community/spor/")
    page.get_by_label("Spørsmålet ditt i én setning").focus()
    page.keyboard.type("Hvordan får vi token med to scopes?")
    page.get_by_role("link", name="Om scopes").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.type("Mask")
    page.get_by_label("Spørsmålet ditt i én setning").press("Enter")
    page.get_by_text("Steg 2 av 3").wait_for()
    page.get_by_label("Detaljene").fill("Vi får `invalid_scope`.")
    page.get_by_label("Spørsmålet ditt i én setning").press("Enter")
    page.get_by_text("Steg 3 av 3").wait_for()
    publish = page.get_by_role("button", name="Publiser spørsmålet")
    publish.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Spørsmålet ditt er publisert.").wait_for()
    assert Question.objects.get().product.slug == "maskinporten"
    page.goto(f"{live_server.url}/community/spor/")
    assert page.get_by_label("Spørsmålet ditt i én setning").input_value() == ""
    assert reader.complaints == []


def test_what_is_written_just_before_leaving_is_kept(chromium, live_server, people):
    question = asked(people.asker)
    reader = Window(chromium, live_server, people.member)
    page = reader.open(address_of(question))
    page.get_by_label("Svaret ditt").fill("Skrevet i siste liten")
    page.goto(f"{live_server.url}/community/")
    reader.wait_until(PostDraft.objects.exists)
    page.goto(f"{live_server.url}/community/utkast/")
    page.get_by_text("Skrevet i siste liten").wait_for()
    assert reader.complaints == []


def test_a_picture_is_put_into_the_text_and_seen_there(chromium, live_server, people, tmp_path):
    picture = tmp_path / "skjerm.png"
    Image.new("RGB", (80, 40), "#336699").save(picture)
    make_product(name_nb="Maskinporten", slug="maskinporten")
    reader = Window(chromium, live_server, people.member)
    page = reader.open("/community/spor/?q=Hva+betyr+denne+meldingen&product=maskinporten")
    page.get_by_role("button", name="Gå videre til detaljene").click()
    page.get_by_label("Detaljene").fill("Vi får denne:")
    page.get_by_text("Legg ved et bilde eller en tekstfil").click()
    page.locator("#id_file").set_input_files(picture)
    page.get_by_label("Hva bildet viser").fill("Feilmeldingen")
    page.get_by_role("button", name="Legg til filen").click()
    page.get_by_text("skjerm.png er lagt til.").wait_for()
    page.get_by_role("button", name="Sett inn i teksten").click()
    assert "![Feilmeldingen](skjerm.png)" in page.get_by_label("Detaljene").input_value()
    page.locator("[data-pane-text] img[alt=Feilmeldingen]").wait_for()
    page.get_by_role("button", name="Se over spørsmålet").click()
    page.get_by_role("button", name="Publiser spørsmålet").click()
    shown = page.locator("#sporsmalet img[alt=Feilmeldingen]")
    shown.wait_for()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 80
    assert reader.complaints == []


def test_everything_is_done_without_script(chromium, live_server, people):
    question = asked(people.asker)
    answer = answered(question, people.answerer)
    reader = Window(chromium, live_server, people.asker, java_script_enabled=False)
    page = reader.open(address_of(question))
    page.get_by_role("button", name="Dette løste det").click()
    page.get_by_text("Spørsmålet er merket som løst.").wait_for()
    page.get_by_label("Svaret ditt").fill("Takk, **det** virket.")
    page.get_by_role("button", name="Forhåndsvis").click()
    page.locator("strong", has_text="det").wait_for()
    page.get_by_role("button", name="Publiser svaret").click()
    page.get_by_text("Svaret ditt er publisert.").wait_for()
    question.refresh_from_db()
    assert (question.accepted_answer, question.answer_count) == (answer, 2)
    page.locator("#sporsmalet").get_by_role("link", name="Endre").click()
    page.get_by_label("Spørsmålet ditt i én setning").fill("Hvordan får vi ett token til to?")
    page.get_by_label("Spørsmålet ditt i én setning").press("Enter")
    page.get_by_text("Endringen er lagret.").wait_for()
    page.get_by_role("link", name="endret").click()
    page.locator("ins", has_text="ett").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility_or_scrolls_sideways(
    chromium, live_server, people, scheme
):
    make_article(slug="community-husregler")
    question = asked(people.asker, body="En `kode` og\n\n```\n" + "lang " * 80 + "\n```\n")
    answer = answered(question, people.staff, team=people.team)
    answered(question, people.answerer, body="| a | b |\n|---|---|\n| 1 | 2 |")
    hidden = answered(question, people.answerer, body="Bort")
    now = timezone.now()
    services.accept_answer(answer=answer, by=people.asker, now=now)
    moderation.hide(post=hidden, by=people.moderator, reason="Reklame", now=now)
    paths = [
        "/community/",
        "/community/?tab=unanswered&product=nei",
        address_of(question),
        "/community/spor/?q=Hvordan",
        f"/community/medlem/{answer.author.member.handle}/?part=answers",
    ]
    reader = Window(chromium, live_server, people.moderator, color_scheme=scheme)
    for path in paths:
        page = reader.open(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path} {scheme}: {found.generate_report()}"
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.set_viewport_size({"width": 1280, "height": 900})
    assert reader.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_steps_of_asking_break_no_rule_of_accessibility(
    chromium, live_server, people, scheme, monkeypatch
):
    make_product(name_nb="Maskinporten", slug="maskinporten")
    question = asked(people.asker)
    found = Suggested(
        id=f"question:{question.pk}",
        kind="question",
        title=question.title,
        excerpt_html="Be om <mark>begge</mark>.",
        reason="Det handler om det samme.",
        language="nn",
        score=2.0,
    )
    monkeypatch.setattr(similar, "suggest", lambda text, **_asked: [found])
    reader = Window(chromium, live_server, people.member, color_scheme=scheme)
    page = reader.open("/community/spor/?q=Token+med+to+scopes&product=maskinporten")
    page.get_by_role("button", name="Gå videre til detaljene").click()
    page.get_by_label("Detaljene").fill(f"Hei {NUMBER}")
    page.get_by_role("button", name="Fjern fra teksten nå").wait_for()
    second = Axe().run(page)
    page.get_by_role("button", name="Se over spørsmålet").click()
    page.get_by_text("Steg 3 av 3").wait_for()
    third = Axe().run(page)
    for step in (second, third):
        assert step.violations_count == 0, step.generate_report()
    assert reader.complaints == []
