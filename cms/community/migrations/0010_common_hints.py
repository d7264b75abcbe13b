"""The hints for products without their own, so that a new installation has some from the start."""

from django.db import migrations

HINTS = (
    (
        "Hva man trykker på og ser, steg for steg",
        "Kva ein trykkjer på og ser, steg for steg",
        "What one presses or sees, step by step",
    ),
    (
        "Feilkoden eller feilmeldingen, ord for ord",
        "Feilkoden eller feilmeldinga, ord for ord",
        "The error code or message, word for word",
    ),
    (
        "Hva du allerede har prøvd",
        "Kva du allereie har prøvd",
        "What you have tried already",
    ),
)


def add(apps, schema_editor) -> None:
    hints = apps.get_model("community", "Hint")
    for number, (nb, nn, en) in enumerate(HINTS, start=1):
        hints.objects.get_or_create(
            product=None,
            text_nb=nb,
            defaults={"position": 10 * number, "text_nn": nn, "text_en": en},
        )


class Migration(migrations.Migration):
    dependencies = [("community", "0009_house_rules")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
