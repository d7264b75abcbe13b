"""Web processes read word lists, index and classifier before somebody waits for them."""

import pytest

from portal.serving import read_beforehand
from search.indexing import rebuild
from tests.factories import make_article
from tests.triage.classifier.trained import make_artifact
from triage.classifier.artifacts import current
from triage.classifier.artifacts.artifact import save

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_classifier_is_in_memory_afterwards(_plain_settings):
    make_article(title="Slik får dere tilgang")
    rebuild()
    save(make_artifact("varm"), current.path())
    read_beforehand()
    assert current._loaded[current.path()][1].version == "varm"


def test_without_index_and_classifier_nothing_fails(_plain_settings):
    read_beforehand()
