"""Sample reply templates, read from a file into the database."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from markup.written import read_yaml
from taxonomy.models import Product
from triage.tickets.models import ReplyTemplate


class TemplateFault(ValueError):
    """The file cannot be used; the message names the template and what is wrong with it."""


def load_reply_templates(path: Path) -> int:
    """Store the templates of a YAML file, those that exist by slug brought up to date.

    Returns how many there are in the file. Raises TemplateFault, and stores nothing, when one
    lacks a text or names a product that does not exist.
    """
    rows = read_yaml(path.read_text(encoding="utf-8"))
    products = {product.slug: product for product in Product.objects.all()}
    with transaction.atomic():
        for row in rows:
            _store(row, products)
    return len(rows)


def _store(row: dict, products: dict[str, Product]) -> None:
    slug = row.get("slug", "")
    missing = [name for name in ("name", "nb", "nn", "en") if not str(row.get(name, "")).strip()]
    if not slug or missing:
        raise TemplateFault(f"the template {slug!r} lacks {', '.join(missing) or 'a slug'}")
    wanted = row.get("product")
    if wanted and wanted not in products:
        raise TemplateFault(f"the template {slug!r} names the product {wanted!r}: add it first")
    ReplyTemplate.objects.update_or_create(
        slug=slug,
        defaults={
            "name": row["name"],
            "product": products.get(wanted),
            "text_nb": row["nb"].strip(),
            "text_nn": row["nn"].strip(),
            "text_en": row["en"].strip(),
            "counts_as_answer": row.get("counts_as_answer", True),
        },
    )
