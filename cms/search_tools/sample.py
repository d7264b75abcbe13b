"""The sample's best bets, synonyms and stop words."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from accounts.models import User
from accounts.roles import Group
from cms.guidance.models import ArticlePage
from cms.indexing import ARTICLE
from cms.search_tools.changes import WORDS, note
from markup.written import read_yaml
from search.editors_words import save_best_bet, save_stop_word, save_synonym


class SampleError(Exception):
    """The file names an article that does not exist."""


@transaction.atomic
def load_search_words(path: Path) -> int:
    """Load the file where nothing is written yet, as an editor; returns how many lines are new."""
    if any(model.objects.exists() for model in WORDS):
        return 0
    editor = User.objects.filter(groups__name=Group.EDITOR).order_by("pk").first()
    data = read_yaml(Path(path).read_text(encoding="utf-8"))
    articles = dict(ArticlePage.objects.values_list("slug", "pk"))
    for bet in data["best_bets"]:
        if bet["article"] not in articles:
            raise SampleError(f"search words: no article {bet['article']}.")
        row = save_best_bet(
            phrases="\n".join(bet["phrases"]),
            document=f"{ARTICLE}:{articles[bet['article']]}",
            within=bet.get("within", False),
            position=bet.get("position", 1),
        )
        note(row, None, user=editor)
    for synonym in data["synonyms"]:
        row = save_synonym(
            words="\n".join(synonym["words"]),
            others="\n".join(synonym["others"]),
            two_way=synonym.get("both_ways", False),
        )
        note(row, None, user=editor)
    for word in data["stop_words"]:
        note(save_stop_word(word=word), None, user=editor)
    return sum(map(len, data.values()))
