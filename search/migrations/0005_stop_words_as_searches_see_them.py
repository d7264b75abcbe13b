from uuid import uuid4

from django.db import migrations

from search.text.tokens import fold_case, fold_letters, tokens


def rewrite(apps, schema_editor):
    """Write stop words as searches see them: "e-post" was kept as it was written, and did nothing.

    Those that are the same then are one. What is no single word stays.
    """
    StopWord = apps.get_model("search", "StopWord")
    seen, changed = set(), []
    for row in StopWord.objects.order_by("pk"):
        word = as_searched(row.word)
        key = fold_letters(fold_case(word))
        if key in seen:
            row.delete()
        elif word != row.word:
            row.word = word
            changed.append(row)
        seen.add(key)
    StopWord.objects.bulk_update(changed, ["word"])
    apps.get_model("search", "EditorsVersion").objects.update(token=uuid4().hex)


def as_searched(word):
    found = list(tokens(word))
    if len(found) != 1:
        return word
    return found[0].wholes[0] if found[0].wholes else found[0].words[0]


class Migration(migrations.Migration):
    dependencies = [("search", "0004_withheld_words")]
    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
