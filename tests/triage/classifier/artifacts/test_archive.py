"""Classifiers that lie aside: used again only when whole, and the ones their names say."""

import errno
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dispatch import outbox
from dispatch.models import OutboxRow
from tests.factories import make_user
from tests.triage.tickets.desk import NOW, opened
from triage.classifier.artifacts import archive, current, envelope, files, releases
from triage.classifier.artifacts.artifact import save
from triage.classifier.artifacts.refusals import ArtifactMissing, ArtifactRefused
from triage.classifier.models import Prediction, Release
from triage.suggestions import after_opening

pytestmark = pytest.mark.django_db


def put(artifact, version, why="promoted"):
    archive.keep(replace(artifact, version=version))
    releases.put_to_use(version=version, why=why, now=NOW)


def _run(*arguments) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def _poisoned(content: bytes) -> bytes:
    place = len(content) * 2 // 3
    return content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :]


def _other_numbers(content: bytes) -> bytes:
    """All numbers replaced, and the checksum made right again."""
    _kind, _sum, line, payload = content.split(b"\n", 3)
    return _summed(line + b"\n", bytes(len(payload)))


def _other_version(content: bytes) -> bytes:
    _kind, _sum, line, payload = content.split(b"\n", 3)
    return _summed(line.replace(b'"scikit-learn": "', b'"scikit-learn": "0', 1) + b"\n", payload)


def _summed(line: bytes, payload: bytes) -> bytes:
    return envelope.MAGIC + envelope.checksum_line(line, payload) + line + payload


BROKEN = {
    "poisoned": _poisoned,
    "emptied": lambda content: b"",
    "truncated": lambda content: content[: len(content) // 2],
    "of other libraries": _other_version,
    "of another kind": lambda content: b"PK" + content,
    "with other numbers": _other_numbers,
}


def test_the_one_that_is_replaced_lies_aside_and_is_the_same(stored):
    before = current.path().read_bytes()
    put(stored, "test-2")
    assert current.current().version == "test-2"
    assert archive.file_of("test-1").read_bytes() == before
    assert [(each.version, each.refusal) for each in archive.listed()] == [
        ("test-1", ""),
        ("test-2", ""),
    ]


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_one_is_refused_with_a_sentence_and_the_one_in_use_stays(stored, how):
    archive.keep(replace(stored, version="test-2"))
    place = archive.file_of("test-2")
    place.write_bytes(BROKEN[how](place.read_bytes()))
    with pytest.raises(ArtifactRefused, match=r"\w+ .*\."):
        releases.put_to_use(version="test-2", why="chosen", now=NOW)
    assert current.current().version == "test-1"
    assert not Release.objects.exists()


def test_on_a_full_disk_the_one_in_use_stays_and_a_sentence_says_why(stored, monkeypatch):
    archive.keep(replace(stored, version="test-2"))

    def full(*_paths):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(ArtifactRefused, match=r"test-2 cannot be put in place \(No space left"):
        releases.put_to_use(version="test-2", why="chosen", now=NOW)
    assert current.current().version == "test-1"
    assert not Release.objects.exists()


def test_one_under_the_name_of_another_is_refused(stored):
    archive.keep(replace(stored, version="test-2"))
    archive.file_of("test-2").rename(archive.file_of("test-3"))
    with pytest.raises(ArtifactRefused, match="test-3 holds test-2"):
        archive.use("test-3")
    [seen] = archive.listed()
    assert "test-3 holds test-2" in seen.refusal


@pytest.mark.parametrize("version", ["", "none", "../classifier", "a/b", "x" * 41, ".hidden"])
def test_what_is_no_version_is_not_there(stored, version):
    with pytest.raises(ArtifactMissing):
        archive.use(version)


def test_cases_flow_without_guesses_while_the_one_in_use_is_broken(desk, stored):
    current.path().write_bytes(_poisoned(current.path().read_bytes()))
    ticket = opened(desk)
    outbox.drain(timezone.now())
    assert not Prediction.objects.filter(ticket=ticket).exists()
    ticket.refresh_from_db()
    assert ticket.status == "new"
    assert OutboxRow.objects.get(topic=after_opening.TOPIC).last_error == "ArtifactRefused"


def test_the_oldest_go_and_the_one_in_use_never(stored):
    put(stored, "test-0")
    for number in range(2, 4 + archive.MOST):
        archive.keep(replace(stored, version=f"later-{number}"))
    assert len(archive.versions()) == archive.MOST + 1
    assert "test-0" in archive.versions()
    assert "test-1" not in archive.versions()


# --- going back -----------------------------------------------------------------------------------


def test_going_back_twice_comes_two_back(stored):
    for version in ("test-2", "test-3"):
        put(stored, version)
    assert releases.roll_back(now=NOW).version == "test-2"
    assert releases.is_rolled_back()
    assert releases.roll_back(now=NOW).version == "test-1"
    with pytest.raises(ArtifactMissing):
        releases.roll_back(now=NOW)
    assert current.current().version == "test-1"


def test_after_going_back_a_newer_one_comes_before_the_one_gone_back_to(stored):
    put(stored, "test-2")
    releases.roll_back(now=NOW)
    put(stored, "test-3")
    assert not releases.is_rolled_back()
    assert releases.roll_back(now=NOW).version == "test-1"


def test_one_that_was_trained_by_hand_can_be_gone_back_from(stored):
    archive.keep_live()
    save(replace(stored, version="test-9"), current.path())
    releases.note(version="test-9", replaced="test-1", why="trained", now=NOW)
    assert releases.roll_back(now=NOW).replaced == "test-9"


def test_the_command_goes_back_and_tells(stored):
    put(stored, "test-2")
    assert "In use: test-1 (was test-2)." in _run("classifier_rollback")
    assert "In use: test-2" in _run("classifier_rollback", "--to", "test-2")
    told = _run("classifier_rollback", "--list")
    assert "test-2 (in use): trained 24.11.2026" in told
    assert "test-1: trained" in told


def test_the_command_says_why_it_cannot_go_back(stored):
    with pytest.raises(CommandError, match="no classifier to go back to"):
        call_command("classifier_rollback")
    put(stored, "test-2")
    archive.file_of("test-1").write_bytes(b"x")
    with pytest.raises(CommandError, match="another kind or version.*Kept: "):
        call_command("classifier_rollback")
    assert current.current().version == "test-2"
    assert "another kind" in _run("classifier_rollback", "--list")


def test_one_gone_back_from_is_gone_on_to_when_it_is_chosen_again(stored):
    """Whoever went back by mistake could never let a better one go live by itself again."""
    person = make_user(groups=("administrator",))
    put(stored, "test-2")
    assert releases.choose(version="test-1", now=NOW, by=person).why == "rolled_back"
    assert releases.is_rolled_back()
    assert releases.choose(version="test-2", now=NOW, by=person).why == "chosen"
    assert not releases.is_rolled_back()
    assert releases.roll_back(now=NOW, by=person).version == "test-1"


def test_the_one_in_use_is_not_put_to_use_again(stored):
    person = make_user(groups=("administrator",))
    put(stored, "test-2")
    with pytest.raises(ArtifactRefused, match="test-2 is in use already"):
        releases.choose(version="test-2", now=NOW, by=person)
    assert Release.objects.count() == 1


def test_who_chose_it_is_noted(stored):
    archive.keep(replace(stored, version="test-2"))
    person = make_user(groups=("administrator",))
    releases.put_to_use(version="test-2", why="chosen", now=NOW, by=person)
    row = Release.objects.get()
    assert (row.version, row.replaced, row.by, row.at) == ("test-2", "test-1", person, NOW)


def test_a_file_without_a_date_is_listed_as_refused(stored):
    archive.keep(replace(stored, version="test-2"))
    header, payload = envelope.read(archive.file_of("test-2"))
    envelope.write(archive.file_of("test-2"), {**header, "trained_at": None}, payload)
    assert "what it says of itself" in archive.listed()[0].refusal


def test_a_file_is_looked_at_once_and_again_when_it_is_another(stored, monkeypatch):
    archive.keep(replace(stored, version="test-2"))
    looks, look = [], archive._looked_at
    monkeypatch.setattr(
        archive, "_looked_at", lambda version: looks.append(version) or look(version)
    )
    assert archive.listed() == archive.listed()
    assert looks == ["test-2"]
    archive.file_of("test-2").write_bytes(b"x")
    assert archive.listed()[0].refusal
    archive.file_of("test-2").unlink()
    assert archive.listed() == []
