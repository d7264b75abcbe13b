"""What is kept while a text is written, and the files that lie with it."""

import io
import os
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.drafts import DraftTaken
from cms.community import cleaning, drafts, editing, files, services
from cms.community.drafts import Purpose
from cms.community.exceptions import FileRefused
from cms.community.models import PostDraft, PostFile, Question
from tests.cms.community.posts import People, asked, make_people
from tests.factories import make_product

pytestmark = pytest.mark.django_db

NUMBER = "17054026641"  # synthetic: nobody's


@pytest.fixture
def people(db) -> People:
    return make_people()


def saved(user=None, *, key=None, held=(), **fields) -> PostDraft:
    values = {"title": "Et utkast", "body": "Halvferdig"}
    return drafts.save_draft(
        key=key or uuid.uuid4(),
        values=values | fields.pop("values", {}),
        user=user,
        held=held,
        now=fields.pop("now", timezone.now()),
        **fields,
    )


def picture(kind="PNG", *, name="skjerm.png", size=(40, 30), exif=b"") -> SimpleUploadedFile:
    out = io.BytesIO()
    more = {"exif": exif} if exif else {}
    Image.new("RGB", size, "#336699").save(out, kind, **more)
    return SimpleUploadedFile(name, out.getvalue())


def text_file(content: bytes, name="logg.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def kept(draft, upload, alt="Feilmeldingen", by=None) -> PostFile:
    return files.add_file(draft=draft, upload=upload, alt=alt, by=by, now=timezone.now())


# --- drafts --------------------------------------------------------------------------------------


def test_what_is_written_is_kept_masked_and_what_is_not_sent_stays(people):
    draft = saved(people.member, values={"body": f"Om {NUMBER}", "topics": ["a", f"b{NUMBER}"]})
    assert NUMBER not in str(draft.data)
    again = drafts.save_draft(
        key=draft.pk, values={"title": "Nytt"}, user=people.member, now=timezone.now()
    )
    assert again.data["title"] == "Nytt" and again.data["body"] == draft.data["body"]


def test_nobody_gets_somebody_elses_draft(people):
    draft = saved(people.member)
    assert drafts.find_draft(draft.pk, user=people.asker) is None
    assert drafts.find_draft(draft.pk, user=None, held=[str(draft.pk)]) is None
    with pytest.raises(DraftTaken):
        saved(people.asker, key=draft.pk)
    assert drafts.find_draft("tull", user=people.member) is None


def test_a_draft_before_sign_in_belongs_to_the_session_and_then_to_the_person(people):
    draft = saved()
    held = [str(draft.pk), "tull"]
    assert list(drafts.drafts_of(user=None, held=held)) == [draft]
    assert drafts.adopt_drafts(user=people.member, held=held, now=timezone.now()) == [draft]
    assert list(drafts.drafts_of(user=people.member)) == [draft]
    assert not drafts.drafts_of(user=None, held=held).exists()


def test_what_was_written_after_the_session_ended_is_laid_into_the_draft(people):
    first = saved(people.member, values={"body": "Først", "product": "a"})
    second = saved(values={"title": "", "body": "Så", drafts.CONTINUES: str(first.pk)})
    adopted = drafts.adopt_drafts(user=people.member, held=[str(second.pk)], now=timezone.now())
    first.refresh_from_db()
    assert adopted == [first] and PostDraft.objects.get() == first
    assert first.data == {"title": "Et utkast", "body": "Så", "product": "a"}


def test_an_answer_has_one_draft_for_each_person(people):
    question = asked(people.asker)
    place = {"purpose": Purpose.ANSWER, "question": question}
    first = saved(people.member, **place)
    assert saved(people.member, **place) == first
    assert saved(people.staff, **place) != first
    later = saved(values={"body": "Skrevet utlogget"}, **place)
    drafts.adopt_drafts(user=people.member, held=[str(later.pk)], now=timezone.now())
    first.refresh_from_db()
    assert first.data["body"] == "Skrevet utlogget"
    with pytest.raises(DraftTaken):
        saved(people.member, key=first.pk)  # the key of an answer is no question's


def test_long_texts_and_many_values_come_to_an_end(people):
    values = {f"felt{n}": "x" for n in range(60)} | {"body": "x" * 100_000}
    draft = saved(people.member, values={"body": "x" * 100_000})
    assert len(draft.data["body"]) == drafts.LONGEST_VALUE
    draft = saved(people.member, values=values)
    assert len(draft.data) == drafts.MOST_VALUES


def test_old_drafts_go_and_those_somebody_works_on_stay(people):
    now = timezone.now()
    owned = saved(people.member, now=now - timedelta(days=31))
    kept(owned, picture())
    session = saved(now=now - timedelta(days=15))
    recent = saved(people.member, now=now - timedelta(days=29))
    PostDraft.objects.filter(pk=owned.pk).update(changed_at=now - timedelta(days=31))
    cleaning.remove_old_drafts(now)
    assert set(PostDraft.objects.all()) == {recent}
    assert session.pk != recent.pk and not PostFile.objects.exists()


def test_bytes_a_killed_process_left_behind_are_swept_after_a_day(people):
    draft = saved(people.member)
    file = kept(draft, picture())
    left = files.storage().save(f"{files.FOLDER}/igjen", text_file(b"x"))
    now = timezone.now()
    assert cleaning.remove_left_over_bytes(now) == 0
    assert cleaning.remove_left_over_bytes(now + timedelta(days=2)) == 1
    assert files.storage().exists(file.path) and not files.storage().exists(left)


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "becomes", "content_type"),
    [
        ("PNG", "Skjerm bilde (1).PNG", "skjerm-bilde-1.png", "image/png"),
        ("JPEG", "../../Bilde.exe.jpeg", "bildeexe.jpg", "image/jpeg"),
        ("WEBP", "x.webp", "x.webp", "image/webp"),
        ("GIF", "beveger.gif", "beveger.png", "image/png"),
        ("PNG", "egentlig-tekst.txt", "egentlig-tekst.png", "image/png"),
    ],
)
def test_a_picture_is_what_its_bytes_say_and_is_drawn_anew(kind, name, becomes, content_type):
    upload = picture(kind, name=name)
    found = files.examine(upload)
    assert (found.name, found.content_type) == (becomes, content_type)
    assert (found.width, found.height) == (40, 30)
    with Image.open(io.BytesIO(found.data)) as image:
        assert image.size == (40, 30)


def test_where_and_with_what_a_picture_was_taken_is_left_behind_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x010F] = "Kameramerke"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"  # where
    found = files.examine(picture("JPEG", name="x.jpg", exif=exif.tobytes()))
    with Image.open(io.BytesIO(found.data)) as image:
        assert not dict(image.getexif()) and image.size == (30, 40)
    assert b"Kameramerke" not in found.data


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "side.txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "tegning.png"),
        (b"MZ\x90\x00" + b"\x00" * 60, "program.png"),
        (b"%PDF-1.7\n%\xe2\xe3", "brev.pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "odelagt.png"),
        (b"PK\x03\x04" + b"\x00" * 60, "pakke.zip"),
        (b"tekst\x00med null", "x.txt"),
        (b"", "tom.txt"),
    ],
)
def test_other_kinds_and_broken_files_are_refused_by_name(content, name):
    with pytest.raises(FileRefused, match=name):
        files.examine(text_file(content, name))


def test_too_large_files_and_too_many_points_are_refused(monkeypatch):
    with pytest.raises(FileRefused):
        files.examine(text_file(b"x" * (files.LARGEST + 1)))
    monkeypatch.setattr(files, "MOST_PIXELS", 100)
    with pytest.raises(FileRefused):
        files.examine(picture(size=(20, 20)))


@pytest.mark.parametrize(
    ("content", "name", "becomes"),
    [
        (f"fnr: {NUMBER}\n".encode(), "logg.log", "logg.log"),
        ("blåbær".encode("cp1252"), "Gammel fil.csv", "gammel-fil.csv"),
        (b'{"a": 1}', "svar.json", "svar.json"),
        (b"<?xml version='1.0'?><a/>", "svar.xml", "svar.xml"),
        (b"a = 1", "uten endelse", "uten-endelse.txt"),
        (b"a = 1", f"{NUMBER}.txt", None),
    ],
)
def test_text_files_are_masked_and_always_sent_as_plain_text(content, name, becomes):
    found = files.examine(text_file(content, name))
    assert NUMBER not in found.data.decode() and NUMBER not in found.name
    assert found.content_type == files.PLAIN and not found.is_picture
    assert becomes is None or found.name == becomes


def test_a_picture_needs_words_for_those_who_cannot_see_it(people):
    draft = saved(people.member)
    with pytest.raises(FileRefused, match="skjerm"):
        kept(draft, picture(), alt="  ")
    file = kept(draft, picture(), alt=f"Viser {NUMBER}")
    assert NUMBER not in file.alt and file.alt.startswith("Viser")


def test_names_are_one_each_and_there_is_room_for_some(people):
    draft = saved(people.member)
    names = [kept(draft, picture()).name for _n in range(files.MOST_IN_A_POST)]
    assert names == ["skjerm.png", *[f"skjerm-{n}.png" for n in range(2, 6)]]
    with pytest.raises(FileRefused):
        kept(draft, picture())


def test_files_follow_the_text_out_and_only_its_own_pictures_are_shown(people):
    draft = saved(people.member)
    file = kept(draft, picture())
    other = kept(saved(people.asker), picture(name="annens.png"))
    question = services.ask_question(
        by=people.member,
        title="Hva betyr denne meldingen?",
        body="![Meldingen](skjerm.png) ![](annens.png) ![x](https://elsewhere.example/x.png)",
        language="nb",
        product=make_product(),
        now=timezone.now(),
        form_key=str(draft.pk),
        draft=draft,
    )
    file.refresh_from_db()
    assert (file.question, file.draft) == (question, None)
    assert not PostDraft.objects.filter(pk=draft.pk).exists()
    assert question.html.count("<img") == 1
    assert f'src="/community/fil/{file.pk}/" alt="Meldingen"' in question.html
    other.refresh_from_db()
    assert other.question is None


def test_a_file_taken_out_of_a_published_text_is_gone_with_its_bytes(
    people, django_capture_on_commit_callbacks
):
    draft = saved(people.member)
    first, second = kept(draft, picture()), kept(draft, picture(name="to.png"))
    question = asked(people.member, body="![](skjerm.png) ![](to.png)", draft=draft)
    question = Question.objects.get(pk=question.pk)
    with django_capture_on_commit_callbacks(execute=True):
        editing.edit_question(
            question=question,
            by=people.member,
            title=question.title,
            body=question.body,
            language="nb",
            product=question.product,
            seen=0,
            now=timezone.now(),
            without_files=[first.pk],
        )
    question.refresh_from_db()
    assert question.html.count("<img") == 1 and str(second.pk) in question.html
    assert list(PostFile.objects.all()) == [second]
    assert not files.storage().exists(first.path) and files.storage().exists(second.path)


def test_files_lie_where_nothing_has_an_address(people, settings):
    file = kept(saved(people.member), picture())
    assert file.path.startswith("community/") and file.name not in file.path
    root = files.storage().path(file.path)
    assert not os.path.abspath(root).startswith(os.path.abspath(settings.MEDIA_ROOT))
