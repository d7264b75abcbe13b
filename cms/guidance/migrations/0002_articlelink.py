"""The words articles link to each other with; those of the articles there are, read from them."""

import json
import re
from html import unescape

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Cast

_LINK = re.compile(r"<a\b([^>]*\blinktype=\"page\"[^>]*)>(.*?)</a>", re.S)
_ID = re.compile(r"\bid=\"(\d{1,9})\"")
_TAG = re.compile(r"<[^>]+>")
LONGEST = 200


def read_links(apps, schema_editor):
    """Fill the table from the texts of published articles."""
    articles = apps.get_model("guidance", "ArticlePage").objects.using(schema_editor.connection.alias)
    links = apps.get_model("guidance", "ArticleLink").objects.using(schema_editor.connection.alias)
    there = set(articles.values_list("pk", flat=True))
    rows = articles.filter(live=True).annotate(stored=Cast("body", models.TextField()))
    for source, stored in rows.values_list("pk", "stored").iterator():
        found = {
            (int(page[1]), " ".join(unescape(_TAG.sub("", words)).split())[:LONGEST])
            for text in _texts(json.loads(stored or "[]"))
            for attributes, words in _LINK.findall(text)
            if (page := _ID.search(attributes))
        }
        links.bulk_create(
            links.model(source_id=source, target_id=target, words=words)
            for target, words in sorted(found)
            if words and target in there and target != source
        )


def _texts(value):
    """Every text in a value read from JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)


class Migration(migrations.Migration):

    dependencies = [("guidance", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ArticleLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.CharField(max_length=200)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_from_here",
                        to="guidance.articlepage",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_here",
                        to="guidance.articlepage",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="articlelink",
            constraint=models.UniqueConstraint(
                fields=("source", "target", "words"), name="article_link_once"
            ),
        ),
        migrations.RunPython(read_links, migrations.RunPython.noop),
    ]
