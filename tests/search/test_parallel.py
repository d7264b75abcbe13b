"""Words that mean the same, from pages in two languages."""

from search.parallel import FEWEST_PAIRS, learn_pairs


def pages(count: int):
    """Pairs of pages on subjects of their own, with words all pages have."""
    return [
        (
            {f"sak{number // 5}", f"bare{number}", "side"},
            {f"case{number // 5}", f"only{number}", "page"},
        )
        for number in range(count)
    ]


def test_forms_that_occur_on_the_same_pages_belong_together():
    learnt = learn_pairs(pages(FEWEST_PAIRS))
    assert learnt["nb"]["sak1"] == "case1"
    assert learnt["en"]["case1"] == "sak1"
    assert learnt["nb"]["side"] == "page"


def test_forms_that_occur_once_or_elsewhere_too_teach_nothing():
    learnt = learn_pairs([*pages(FEWEST_PAIRS), ({"ny"}, {"new"})])
    assert "ny" not in learnt["nb"]
    assert "only1" not in learnt["en"]


def test_few_pages_teach_nothing():
    assert learn_pairs(pages(FEWEST_PAIRS - 1)) == {"nb": {}, "en": {}}
    assert learn_pairs([]) == {"nb": {}, "en": {}}
