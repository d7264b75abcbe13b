"""The sample's vocabulary, loaded from a file. Repeatable."""

from pathlib import Path

from django.db import transaction

from markup.written import read_yaml
from taxonomy.models import AccessPackage, AccessPackageArea, Audience, Product, Topic

URN = "urn:altinn:accesspackage:"


@transaction.atomic
def load_taxonomy(path: Path) -> int:
    """Make or update every product, topic, audience, area and access package in the file.

    Returns how many entries the file has. Entries that the file lacks are left alone.
    """
    data = read_yaml(path.read_text(encoding="utf-8"))
    count = 0
    for entry in data["products"]:
        Product.objects.update_or_create(slug=entry["slug"], defaults=entry)
    for entry in data["topics"]:
        values = {**entry, "product": Product.objects.get(slug=entry["product"])}
        Topic.objects.update_or_create(slug=entry["slug"], defaults=values)
    for entry in data["audiences"]:
        Audience.objects.update_or_create(slug=entry["slug"], defaults=entry)
    for entry in data["access_package_areas"]:
        count += _load_area(entry)
    return count + sum(len(data[kind]) for kind in ("products", "topics", "audiences"))


def _load_area(entry: dict) -> int:
    """One area with its packages; returns how many entries it was."""
    names = {key: value for key, value in entry.items() if key != "packages"}
    area, _made = AccessPackageArea.objects.update_or_create(slug=entry["slug"], defaults=names)
    for package in entry["packages"]:
        values = {key: value for key, value in package.items() if key != "slug"}
        AccessPackage.objects.update_or_create(
            urn=URN + package["slug"], defaults={**values, "area": area}
        )
    return 1 + len(entry["packages"])
