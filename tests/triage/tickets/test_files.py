"""What is let in as an attachment is decided by bytes, not by names."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.triage.tickets.desk import NOW, opened
from triage.tickets import services
from triage.tickets.files import FileRefused, clean_name, examine, examine_all
from triage.tickets.models import Attachment, attachment_storage

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360"
    "000002000001e221bc330000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ELF = b"\x7fELF\x02\x01\x01" + bytes(57) + b"\x00" * 200


def _zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("logg.txt", "linje")
    return target.getvalue()


def upload(name: str, data: bytes, kind: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type=kind)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("skjerm.png", PNG, "image/png"),
        ("brev.pdf", PDF, "application/pdf"),
        ("logg.txt", "æøå og feil\n".encode(), "text/plain"),
        ("logger.zip", _zip(), "application/zip"),
        ("uten-endelse", PNG, "image/png"),
    ],
)
def test_pictures_documents_and_text_are_taken_in(name, data, kind):
    assert examine(upload(name, data)).content_type == kind


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("faktura.pdf", ELF),  # a program that calls itself something else
        ("side.txt", b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
        ("bilde.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
        ("skript.js", b"alert(1)\n"),
        ("kjor.sh", b"rm -rf /\n"),
        ("tom.pdf", b""),
    ],
)
def test_programs_scripts_pages_and_empty_files_are_refused_by_name(name, data):
    with pytest.raises(FileRefused, match=name):
        examine(upload(name, data))


def test_a_file_that_is_too_large_is_refused(settings):
    settings.ATTACHMENT_MAX_MB = 0
    with pytest.raises(FileRefused, match="larger than 0 MB"):
        examine(upload("stor.txt", b"x"))


def test_too_many_files_at_a_time_are_refused(settings):
    settings.ATTACHMENT_MAX_COUNT = 2
    with pytest.raises(FileRefused, match="at most 2"):
        examine_all(upload(f"{n}.txt", b"x") for n in range(3))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Brukere\\Kari\\brev.pdf", "brev.pdf"),
        ('<script>alert("x")</script>.png', "script_.png"),
        ("linje\nskift\u202e.pdf", "linjeskift.pdf"),
        ("   ", "vedlegg"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
    ],
)
def test_names_lose_paths_control_characters_and_markup(name, expected):
    cleaned = clean_name(name)
    assert cleaned.endswith(expected) or cleaned == expected
    assert len(cleaned) <= 150
    assert not set(cleaned) & set('<>"/\\\n\u202e')


@pytest.mark.parametrize(
    "name",
    ["01818000010.pdf", "018180_00010.pdf", "søknad_01_81_80_00010_v2.pdf", "018180-00010_ny.pdf"],
)
def test_identity_numbers_in_names_are_masked_whatever_stands_between(name):
    cleaned = clean_name(name)
    assert "[syn" in cleaned
    assert cleaned.endswith(".pdf")
    assert "00010" not in cleaned


def test_names_without_identity_numbers_keep_their_underscores():
    assert clean_name("logg_2026_11_25.txt") == "logg_2026_11_25.txt"


@pytest.mark.django_db
def test_what_a_stopped_process_wrote_in_part_is_nobodys_attachment(desk):
    [item] = examine_all([upload("logg.txt", b"hele loggen, linje for linje")])
    attachment_storage().save(f"{item.sha256[:2]}/{item.sha256}", io.BytesIO(b"hele log"))
    ticket = opened(desk)
    services.add_note(ticket=ticket, by=desk.people.agent, body="Se filen", files=[item], now=NOW)
    with Attachment.objects.get().file.open("rb") as stored:
        assert stored.read() == b"hele loggen, linje for linje"


@pytest.mark.django_db
def test_the_same_bytes_lie_once_and_a_row_names_each_attachment(desk):
    ticket = opened(desk, files=[examine(upload("a.png", PNG))])
    services.add_note(
        ticket=ticket,
        by=desk.people.agent,
        body="Samme bilde",
        now=NOW,
        files=[examine(upload("b.png", PNG))],
    )
    rows = list(Attachment.objects.order_by("pk"))
    assert [row.name for row in rows] == ["a.png", "b.png"]
    assert len({row.file.name for row in rows}) == 1
    assert attachment_storage().open(rows[0].file.name).read() == PNG


@pytest.mark.django_db
def test_an_identity_number_in_a_file_name_is_masked(desk):
    from tests.triage.tickets.test_services import _synthetic_number

    number = _synthetic_number()
    assert number not in examine(upload(f"skjema {number}.png", PNG)).name
