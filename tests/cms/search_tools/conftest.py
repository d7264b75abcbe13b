"""An editors' site with an article, and an index that has it."""

import pytest

from search.editors_words import save_best_bet
from search.indexing import rebuild
from tests.factories import make_article, make_product, make_section, make_team, make_user


@pytest.fixture
def article(db):
    """What a best bet leads to; making it makes the site and its groups' permissions."""
    return make_article(title="Delegering", answer="Slik delegerer du.")


@pytest.fixture
def editor(article, client):
    """An editor, signed in."""
    user = make_user(groups=("editor",), name="Redaktør Raud")
    client.force_login(user)
    return user


@pytest.fixture
def bet(article):
    """A best bet."""
    return save_best_bet(
        phrases="hvordan får jeg tilgang",
        document=f"article:{article.pk}",
        within=False,
        position=1,
    )


@pytest.fixture
def library(article):
    """Articles about access, indexed beside the one about delegation."""
    section, team, product = make_section(), make_team(), make_product()
    for number in range(3):
        make_article(
            section,
            title=f"Tilgang {number}",
            answer="Om tilgang til tjenester.",
            owner_team=team,
            products=[product],
        )
    rebuild()
    return article
