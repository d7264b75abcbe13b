"""Files in posts: adding them without script, and who may look at them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from cms.community import editing, moderation
from cms.community.models import Answer, PostFile, Question
from portal.community.presenters import address_of
from tests.cms.community.posts import asked
from tests.factories import make_product
from tests.portal.community.pages import browser, html_of, key_of, main_of

pytestmark = pytest.mark.django_db

ASK = "/community/spor/"


def picture(name="skjerm.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue())


def asking(client, **fields) -> dict:
    return {
        "form_key": key_of(client.get(ASK)),
        "title": "Hva betyr denne meldingen?",
        "product": make_product().slug,
        "body": "Se ![](skjerm.png)",
        **fields,
    }


def file_in_question(people) -> tuple[Question, PostFile]:
    """A published question with a picture."""
    client = browser(people.asker)
    fields = asking(client)
    client.post(ASK, fields | {"file": picture(), "alt": "Meldingen", "attach": "1"})
    client.post(ASK, fields | {"to": "publish"})
    question = Question.objects.get()
    return question, question.files.get()


def at(file: PostFile) -> str:
    return f"/community/fil/{file.pk}/"


def test_a_picture_is_added_shown_and_published_without_script(people):
    client = browser(people.asker)
    fields = asking(client)
    page = client.post(ASK, fields | {"file": picture(), "alt": "Meldingen", "attach": "1"})
    assert "Step 2 of 3" in main_of(page) and "![Meldingen](skjerm.png)" in main_of(page)
    assert "Se ![](skjerm.png)" in html_of(page)
    file = PostFile.objects.get()
    check = client.post(ASK, fields | {"to": "check"})
    assert f'src="{at(file)}" alt="Meldingen"' in html_of(check)
    client.post(ASK, fields | {"to": "publish"})
    shown = html_of(browser().get(address_of(Question.objects.get())))
    assert f'src="{at(file)}"' in shown and "attached" not in shown


def test_a_file_the_text_does_not_name_stands_below_it(people):
    question, client = asked(people.asker), browser(people.member)
    fields = {"form_key": key_of(client.get(address_of(question))), "body": "Se loggen."}
    log = SimpleUploadedFile("logg.txt", b"linje")
    client.post(address_of(question), fields | {"file": log, "attach": "1"})
    client.post(address_of(question), fields | {"publish": "1"})
    file = Answer.objects.get().files.get()
    page = html_of(browser().get(address_of(question)))
    assert f'href="{at(file)}" download' in page and "logg.txt" in page


def test_a_refused_file_is_told_why_and_the_text_stays(people):
    client = browser(people.asker)
    fields = asking(client)
    for upload, alt, says in (
        (picture(), "", "Say in a few words what skjerm.png shows."),
        (SimpleUploadedFile("x.pdf", b"%PDF-1.7"), "Brev", "kind of file that cannot be shown"),
    ):
        page = client.post(ASK, fields | {"file": upload, "alt": alt, "attach": "1"})
        assert page.status_code == 422 and says in main_of(page)
        assert fields["body"] in html_of(page)
    page = client.post(ASK, fields | {"attach": "1"})
    assert page.status_code == 422 and "Choose a file first." in main_of(page)
    assert not PostFile.objects.exists()


def test_a_file_sent_along_with_the_main_button_is_kept_as_well(people):
    client = browser(people.asker)
    fields = asking(client)
    page = client.post(ASK, fields | {"file": picture(), "alt": "Meldingen", "to": "check"})
    assert "Step 3 of 3" in main_of(page) and PostFile.objects.count() == 1
    page = client.post(ASK, fields | {"file": picture(), "to": "publish"})
    assert page.status_code == 422 and not Question.objects.exists()


def test_a_file_is_taken_out_again(people):
    client = browser(people.asker)
    fields = asking(client)
    client.post(ASK, fields | {"file": picture(), "alt": "Meldingen", "attach": "1"})
    file = PostFile.objects.get()
    client.post(ASK, fields | {"remove_file": str(file.pk)})
    assert not PostFile.objects.exists()


def test_visitors_add_files_when_they_have_signed_in(people):
    client = browser()
    fields = asking(client)
    assert "when you have signed in" in main_of(client.post(ASK, fields | {"to": "write"}))
    page = client.post(ASK, fields | {"file": picture(), "alt": "x", "attach": "1"})
    assert page.status_code == 422 and "Sign in to add files" in main_of(page)
    assert not PostFile.objects.exists()


def test_files_without_end_are_stopped(people, monkeypatch):
    monkeypatch.setattr("portal.community.uploading.FILES", "1/h")
    client = browser(people.asker)
    fields = asking(client)
    for _n in range(2):
        page = client.post(ASK, fields | {"file": picture(), "alt": "x", "attach": "1"})
    assert page.status_code == 422 and "many files lately" in main_of(page)


def test_nobody_takes_out_a_file_of_somebody_elses(people):
    _question, file = file_in_question(people)
    client = browser(people.member)
    fields = asking(client)
    client.post(ASK, fields | {"remove_file": str(file.pk)})
    assert PostFile.objects.filter(pk=file.pk).exists()


# --- looking at them -----------------------------------------------------------------------------


def test_a_picture_is_sent_so_that_nothing_in_it_can_run(people):
    _question, file = file_in_question(people)
    response = browser().get(at(file))
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-cache"
    assert "attachment" not in response.get("Content-Disposition", "")
    with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
        assert image.size == (40, 30)
    again = browser().get(at(file), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_a_text_file_is_a_download(people):
    client = browser(people.asker)
    fields = asking(client)
    log = SimpleUploadedFile("logg.csv", b"a;b")
    client.post(ASK, fields | {"file": log, "attach": "1"})
    client.post(ASK, fields | {"to": "publish"})
    response = browser().get(at(PostFile.objects.get()))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="logg.csv"'


def test_a_file_of_a_draft_is_seen_by_its_writer_only(people):
    client = browser(people.asker)
    fields = asking(client)
    client.post(ASK, fields | {"file": picture(), "alt": "x", "attach": "1"})
    file = PostFile.objects.get()
    assert client.get(at(file)).status_code == 200
    for user in (people.visitor, people.member, people.moderator):
        assert browser(user).get(at(file)).status_code == 404


def test_a_file_of_a_hidden_post_is_gone_at_once_also_for_those_who_have_seen_it(people):
    question, file = file_in_question(people)
    seen = browser().get(at(file))
    moderation.hide(post=question, by=people.moderator, reason="x", now=timezone.now())
    headers = {"If-None-Match": seen["ETag"]}
    for user, status in (
        (people.visitor, 404),
        (people.member, 404),
        (people.asker, 304),
        (people.moderator, 304),
    ):
        assert browser(user).get(at(file), headers=headers).status_code == status


def test_a_file_of_a_withdrawn_post_is_gone_too(people):
    question, file = file_in_question(people)
    editing.withdraw_question(question=question, by=people.asker, now=timezone.now())
    assert browser(people.member).get(at(file)).status_code == 404


@pytest.mark.parametrize("key", ["6d8ffa9e-6b4a-4a0b-9be0-1d4f1c9b2a11", "tull", "../../x"])
def test_a_file_that_is_not_there_is_a_missing_page(db, key):
    assert browser().get(f"/community/fil/{key}/").status_code == 404


def test_bytes_that_are_gone_are_a_missing_page(people):
    _question, file = file_in_question(people)
    PostFile.objects.filter(pk=file.pk).update(path="community/borte")
    assert browser().get(at(file)).status_code == 404
