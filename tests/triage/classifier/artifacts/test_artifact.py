"""The stored classifier: it comes back as it was, and anything else is refused in a sentence."""

import json
import os
import pickle
from dataclasses import replace

import numpy as np
import pytest

from triage.classifier.artifacts import envelope, files
from triage.classifier.artifacts.artifact import load, save
from triage.classifier.artifacts.envelope import MAGIC
from triage.classifier.artifacts.refusals import ArtifactMissing, ArtifactRefused
from triage.classifier.predictions.guessing import guess

TEXT = "Vi får AUTH.VLD-00003 når leverandøren skal opprette en systembruker for klienten"


@pytest.fixture
def file(artifact, tmp_path):
    path = tmp_path / "classifier" / "classifier.veiviser"
    save(artifact, path)
    return path


def _parts(file):
    _kind, _sum, line, payload = file.read_bytes().split(b"\n", 3)
    return json.loads(line), payload


def _write(file, header, payload):
    """Write a file whose size and checksum are right, as somebody who forges one would."""
    line = json.dumps({**header, "size": len(payload)}).encode() + b"\n"
    file.write_bytes(MAGIC + envelope.checksum_line(line, payload) + line + payload)


def _with_header(file, change):
    header, payload = _parts(file)
    change(header)
    _write(file, header, payload)


def _table(header, name):
    return next(entry for entry in header["tables"] if entry["name"] == name)


def test_what_is_stored_comes_back_and_guesses_the_same(artifact, file):
    again = load(file)
    assert guess(again, TEXT) == guess(artifact, TEXT)
    assert (again.version, again.data, again.trained_at) == (
        artifact.version,
        artifact.data,
        artifact.trained_at,
    )
    assert again.scores == artifact.scores


def test_versions_labels_data_and_scores_stand_in_the_file(file):
    header, _payload = _parts(file)
    assert set(header["libraries"]) == {"scikit-learn", "numpy", "scipy"}
    assert "autorisasjon" in header["labels"]["product"]
    assert header["scores"]["product"]["families"] > 50
    assert header["trained_at"].startswith("2026-11-24")
    assert header["window"] == {"cases": 500, "families": 100, "hints": 900}


def test_numbers_are_used_where_they_lie_in_the_file(file):
    committee = load(file).committee
    for table in (committee.members[0].network.inside_, committee.members[-1].linear.weights_):
        assert table.base is not None
        assert not table.flags.writeable


def test_a_missing_file_says_which_command_makes_it(tmp_path):
    with pytest.raises(ArtifactMissing, match="train_classifier"):
        load(tmp_path / "nothing")


@pytest.mark.parametrize("share", [0.0001, 0.3, 0.9, 0.9999])
def test_a_file_that_is_cut_off_is_refused(file, share):
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ArtifactRefused, match="not used"):
        load(file)


@pytest.mark.parametrize("what", [b'"temperature": ', b'"precision": ', b'"version": "', None])
def test_a_file_with_one_byte_changed_is_refused(file, what):
    """Limits from which guesses are said, and figures shown to people, could change unseen."""
    content = bytearray(file.read_bytes())
    place = content.index(what) + len(what) if what else len(content) - 1000
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(ArtifactRefused, match="changed after it was written"):
        load(file)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 50,
        b"VEIVISER-CLASSIFIER 1\n{}\n",
        pickle.dumps({"a": 1}),
        MAGIC,
        MAGIC + b"[]\n",
        MAGIC + b"{nei\n",
        MAGIC + b"0" * 64 + b"\n[]\n",
        MAGIC + b"0" * 64 + b"\n{nei\n",
        b"PK",
    ],
)
def test_a_file_of_another_kind_is_refused(file, content):
    file.write_bytes(content)
    with pytest.raises(ArtifactRefused, match="Run the command train_classifier"):
        load(file)


@pytest.mark.parametrize("step", [-1, 1])
def test_a_file_of_an_earlier_or_later_format_is_refused(file, step):
    name, number = MAGIC.split()
    other = b"%b %d\n" % (name, int(number) + step)
    file.write_bytes(other + file.read_bytes()[len(MAGIC) :])
    with pytest.raises(ArtifactRefused, match="another kind or version"):
        load(file)


def test_a_file_made_with_another_library_names_both_versions(file, monkeypatch):
    here = envelope.versions()
    monkeypatch.setattr(envelope, "versions", lambda: {**here, "scikit-learn": "9.9"})
    with pytest.raises(ArtifactRefused, match=r"scikit-learn 1\..*here 9\.9"):
        load(file)


def test_a_file_with_another_label_set_is_refused(file):
    _with_header(file, lambda header: header["labels"]["product"].append("framtidsporten"))
    with pytest.raises(ArtifactRefused, match="other labels"):
        load(file)


def _other_questions(header):
    header["questions"].reverse()


def _more_labels(header):
    header["questions"][0]["labels"].append("framtidsporten")


def _no_labels(header):
    header["questions"][2]["labels"] = []


def _shorter_table(header):
    _table(header, "member 1 inside")["shape"][0] -= 1


def _fewer_terms(header):
    _table(header, "words rarity")["shape"][0] -= 1


def _many_members(header):
    header["members"] = 10**9


def _no_members(header):
    header["members"] = 0


def _before_the_file(header):
    _table(header, "member 0 out")["at"] = -64


def _turned_round(header):
    _table(header, "member 0 out")["shape"].reverse()


@pytest.mark.parametrize(
    "change",
    [
        _other_questions, _more_labels, _no_labels, _shorter_table, _fewer_terms, _many_members,
        _no_members, _before_the_file, _turned_round,
    ],
)  # fmt: skip
def test_a_file_whose_parts_belong_to_different_classifiers_is_refused(file, change):
    _with_header(file, change)
    with pytest.raises(ArtifactRefused, match="do not fit together"):
        load(file)


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header.pop("tables"),
        lambda header: header.pop("thresholds"),
        lambda header: header.update(trained_at="i går"),
        lambda header: header.update(questions=7),
        lambda header: _table(header, "reader").update(at=10**15),
        lambda header: _table(header, "reader").update(shape=[2**62, 2**62]),
        lambda header: _table(header, "member 0 out").update(name="noe annet"),
        lambda header: header["tables"].pop(0),
    ],
)
def test_a_file_that_lacks_something_is_refused(file, change):
    _with_header(file, change)
    with pytest.raises(ArtifactRefused, match="cannot be read|do not fit"):
        load(file)


@pytest.mark.parametrize("name", ["temperature", "threshold"])
@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e300"])
def test_a_file_with_a_limit_nothing_can_be_reckoned_by_is_refused(file, name, value):
    _with_header(file, lambda header: header["questions"][0].update({name: float(value)}))
    with pytest.raises(ArtifactRefused, match="its limits do not fit together"):
        load(file)


@pytest.mark.parametrize("value", [0, -1.0])
def test_a_file_whose_scores_are_turned_is_refused(file, value):
    _with_header(file, lambda header: header["questions"][0].update(temperature=value))
    with pytest.raises(ArtifactRefused, match="its limits do not fit together"):
        load(file)


@pytest.mark.parametrize("value", [-1.0, 1.5, float("nan")])
def test_a_file_that_would_say_everything_of_a_label_or_nothing_is_refused(file, value):
    _with_header(file, lambda header: header["thresholds"]["product"].update(melding=value))
    with pytest.raises(ArtifactRefused, match="its limits do not fit together"):
        load(file)


@pytest.mark.parametrize("version", ["", "x" * 41, 7, None])
def test_a_file_whose_version_cannot_be_stored_beside_a_guess_is_refused(file, version):
    _with_header(file, lambda header: header.update(version=version))
    with pytest.raises(ArtifactRefused, match="its versions do not fit together"):
        load(file)


def test_a_poisoned_file_is_refused_before_anything_in_it_runs(file, tmp_path):
    touched = tmp_path / "touched"

    class Poison:
        def __reduce__(self):
            return os.system, (f"touch {touched}",)

    header, _payload = _parts(file)
    poison = pickle.dumps(Poison())
    header["tables"] = [{"name": "reader", "kind": "object", "shape": [1], "at": 0}]
    _write(file, header, poison)
    with pytest.raises(ArtifactRefused, match="kinds of numbers"):
        load(file)
    header["tables"] = [{"name": "reader", "kind": "uint8", "shape": [len(poison)], "at": 0}]
    _write(file, header, poison)
    with pytest.raises(ArtifactRefused):
        load(file)
    assert not touched.exists()


def test_a_file_with_numbers_that_are_none_is_refused(file):
    header, payload = _parts(file)
    entry, changed = _table(header, "member 0 out"), bytearray(payload)
    changed[entry["at"] : entry["at"] + 4] = np.float32("nan").tobytes()
    _write(file, header, bytes(changed))
    with pytest.raises(ArtifactRefused, match="numbers"):
        load(file)


def test_a_folder_in_its_place_is_refused(tmp_path):
    with pytest.raises(ArtifactRefused, match="cannot be opened"):
        load(tmp_path)


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(artifact, file, monkeypatch):
    before = file.read_bytes()

    def fail(*_paths):
        raise OSError("disk full")

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save(replace(artifact, version="new"), file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_one_without_the_questions_that_are_needed_is_refused(file):
    _with_header(file, lambda header: header["questions"].pop(0))
    with pytest.raises(ArtifactRefused, match="its questions do not fit together"):
        load(file)
