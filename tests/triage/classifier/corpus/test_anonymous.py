"""Who a text is about goes, and nothing else."""

import pytest

from triage.classifier.corpus.anonymous import without_people


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ring 99887766 nå", "ring nå"),
        ("se https://tindvik.example/x?fnr=1 her", "se her"),
        ("feil 500 og 403 i TT02", "feil 500 og 403 i TT02"),
        ("DIALOG-01234 feiler 2026-11-24", "DIALOG-01234 feiler 2026-11-24"),
        ("Vikaren svarer", "Vikaren svarer"),
    ],
)
def test_only_what_tells_who_goes(text, left):
    assert without_people(text, "Kari Vik") == left
