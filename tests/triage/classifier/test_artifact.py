"""The stored classifier: it comes back as it was, and anything else is refused in a sentence."""

import hashlib
import json
import os
import pickle
from dataclasses import replace

import pytest
import skops.io
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from triage.classifier import envelope
from triage.classifier.artifact import load, save
from triage.classifier.envelope import MAGIC
from triage.classifier.guessing import guess
from triage.classifier.refusals import ArtifactMissing, ArtifactRefused

TEXT = "Vi får AUTH.VLD-00003 når leverandøren skal opprette en systembruker for klienten"


@pytest.fixture
def file(artifact, tmp_path):
    path = tmp_path / "classifier" / "classifier.veiviser"
    save(artifact, path)
    return path


def _parts(file):
    head, _newline, payload = file.read_bytes()[len(MAGIC) :].partition(b"\n")
    return json.loads(head), payload


def _write(file, header, payload):
    file.write_bytes(MAGIC + json.dumps(header).encode() + b"\n" + payload)


def _with_payload(file, payload):
    header, _old = _parts(file)
    sum_ = hashlib.sha256(payload).hexdigest()
    _write(file, {**header, "size": len(payload), "sha256": sum_}, payload)


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
    assert set(header["libraries"]) == {"scikit-learn", "skops", "numpy", "scipy"}
    assert "autorisasjon" in header["labels"]["product"]
    assert header["scores"]["product"]["families"] > 50
    assert header["trained_at"].startswith("2026-11-24")


def test_a_missing_file_says_which_command_makes_it(tmp_path):
    with pytest.raises(ArtifactMissing, match="train_classifier"):
        load(tmp_path / "nothing")


@pytest.mark.parametrize("share", [0.0001, 0.3, 0.9, 0.9999])
def test_a_file_that_is_cut_off_is_refused(file, share):
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ArtifactRefused, match="not used"):
        load(file)


def test_a_file_with_one_byte_changed_is_refused(file):
    content = bytearray(file.read_bytes())
    content[-1000] ^= 1
    file.write_bytes(content)
    with pytest.raises(ArtifactRefused, match="changed after it was written"):
        load(file)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 50, pickle.dumps({"a": 1}), MAGIC, MAGIC + b"[]\n", MAGIC + b"{nei\n", b"PK"],
)
def test_a_file_of_another_kind_is_refused(file, content):
    file.write_bytes(content)
    with pytest.raises(ArtifactRefused, match="Run the command train_classifier"):
        load(file)


def test_a_file_of_a_later_format_is_refused(file):
    content = file.read_bytes().replace(b"CLASSIFIER 1\n", b"CLASSIFIER 2\n", 1)
    file.write_bytes(content)
    with pytest.raises(ArtifactRefused, match="another kind or version"):
        load(file)


def test_a_file_made_with_another_library_names_both_versions(file, monkeypatch):
    here = envelope.versions()
    monkeypatch.setattr(envelope, "versions", lambda: {**here, "scikit-learn": "9.9"})
    with pytest.raises(ArtifactRefused, match=r"scikit-learn 1\..*here 9\.9"):
        load(file)


def test_a_file_with_another_label_set_is_refused(file):
    header, payload = _parts(file)
    header["labels"]["product"].append("framtidsporten")
    _write(file, header, payload)
    with pytest.raises(ArtifactRefused, match="other labels"):
        load(file)


def test_a_file_whose_classes_are_not_its_machines_is_refused(file):
    header, payload = _parts(file)
    header["classes"]["team"] = ["noen-andre"]
    _write(file, header, payload)
    with pytest.raises(ArtifactRefused, match="do not fit together"):
        load(file)


def test_a_poisoned_file_is_refused_before_anything_in_it_runs(file, tmp_path):
    touched = tmp_path / "touched"
    step = FunctionTransformer(os.system, kw_args={"command": f"touch {touched}"})
    _with_payload(file, skops.io.dumps(Pipeline([("step", step)])))
    with pytest.raises(ArtifactRefused, match="types that are not let in"):
        load(file)
    assert not touched.exists()


@pytest.mark.parametrize(
    "payload", [b"no archive", skops.io.dumps(TfidfTransformer()), skops.io.dumps({"machines": 1})]
)
def test_a_file_with_other_contents_is_refused(file, payload):
    _with_payload(file, payload)
    with pytest.raises(ArtifactRefused):
        load(file)


def test_a_folder_in_its_place_is_refused(tmp_path):
    with pytest.raises(ArtifactRefused, match="cannot be opened"):
        load(tmp_path)


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(artifact, file, monkeypatch):
    before = file.read_bytes()

    def fail(*_paths):
        raise OSError("disk full")

    monkeypatch.setattr(envelope.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save(replace(artifact, version="new"), file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]
