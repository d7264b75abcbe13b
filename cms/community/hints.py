"""What those who answer usually have to ask about, for each product; editors keep it."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import get_language

from cms.community.models import Hint

MOST_SHOWN = 6


def hints_for(product: str) -> list[str]:
    """What to tell in a question about the product with this slug, in the language of the page.

    A product without hints of its own gets those that stand for all.
    """
    rows = Hint.objects.filter(Q(product__slug=product) | Q(product__isnull=True))
    hints = list(rows)
    own = [hint for hint in hints if hint.product_id]
    shown = own or hints
    field = f"text_{get_language() or 'nb'}"
    return [getattr(hint, field, "") or hint.text_nb for hint in shown[:MOST_SHOWN]]
