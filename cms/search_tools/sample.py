"""The sample's best bets, synonyms and stop words."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.db import transaction

from cms.guidance.models import ArticlePage
from cms.indexing import ARTICLE
from search.editors_words import save_best_bet, save_stop_word, save_synonym
from search.models import BestBet, StopWord, Synonym


class SampleError(Exception):
    """The file names an article that does not exist."""


@transaction.atomic
def load_search_words(path: Path) -> int:
    """Load the file where nothing is written yet; returns how many lines are new."""
    if any(model.objects.exists() for model in (BestBet, Synonym, StopWord)):
        return 0
    data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    articles = dict(ArticlePage.objects.values_list("slug", "pk"))
    for bet in data["best_bets"]:
        if bet["article"] not in articles:
            raise SampleError(f"search words: no article {bet['article']}.")
        save_best_bet(
            phrases="\n".join(bet["phrases"]),
            document=f"{ARTICLE}:{articles[bet['article']]}",
            within=bet.get("within", False),
            position=bet.get("position", 1),
        )
    for synonym in data["synonyms"]:
        save_synonym(
            words="\n".join(synonym["words"]),
            others="\n".join(synonym["others"]),
            two_way=synonym.get("both_ways", False),
        )
    for word in data["stop_words"]:
        save_stop_word(word=word)
    return sum(map(len, data.values()))
