import pytest

from cms.guidance.markdown import Converter, UnsupportedMarkdown


def convert(text):
    blocks = Converter(slug="prove", find_article={"annen": 7}.__getitem__).convert(text)
    return [(block["type"], block["value"]) for block in blocks]


def test_running_text_becomes_one_block_of_rich_text():
    text = "Første **fete** *skrå* `kode`.\n\n## Overskrift\n\n- en\n- to\n\n1. først\n"

    assert convert(text) == [
        (
            "text",
            "<p>Første <b>fete</b> <i>skrå</i> <code>kode</code>.</p><h2>Overskrift</h2>"
            "<ul><li>en</li><li>to</li></ul><ol><li>først</li></ol>",
        )
    ]


def test_links_lead_to_pages_or_addresses():
    text = "Se [dette](article:annen) og [det](https://eksempel.example/?a=1&b=2)."

    assert convert(text) == [
        (
            "text",
            '<p>Se <a linktype="page" id="7">dette</a> og '
            '<a href="https://eksempel.example/?a=1&amp;b=2">det</a>.</p>',
        )
    ]


def test_steps_become_items_of_rich_text():
    [(kind, items)] = convert("::: steps\n1. **Åpne.** Du ser A.\n2. **Lukk** med B.\n:::\n")

    assert kind == "steps"
    assert [item["value"] for item in items] == [
        "<p><b>Åpne.</b> Du ser A.</p>",
        "<p><b>Lukk</b> med B.</p>",
    ]


def test_notices_code_and_tables_become_blocks_of_their_own():
    text = (
        "::: warning Pass på\nIkke slett.\n:::\n\n```json\n{}\n```\n\n"
        "| Kode | Betyr |\n|---|---|\n| `A` | **Nei** |\n"
    )

    assert convert(text) == [
        ("warning", {"title": "Pass på", "text": "<p>Ikke slett.</p>"}),
        ("code", {"language": "json", "code": "{}"}),
        (
            "table",
            {
                "caption": "",
                "columns": [
                    {"type": "text", "heading": "Kode"},
                    {"type": "text", "heading": "Betyr"},
                ],
                "rows": [{"values": ["<p><code>A</code></p>", "<p><b>Nei</b></p>"]}],
            },
        ),
    ]


def test_markup_in_text_is_text():
    [(_kind, html)] = convert("<script>alert(1)</script> og `<b>`")

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_ids_of_blocks_stay_the_same():
    converter = Converter(slug="prove", find_article={}.__getitem__)

    assert converter.convert("a\n\n```text\nb\n```") == converter.convert("a\n\n```text\nb\n```")


@pytest.mark.parametrize(
    "text",
    [
        "# For stor",
        "#### For liten",
        "![bilde](x.png)",
        "> sitat",
        "```brainfuck\n+\n```",
        "::: steps\nikke en liste\n:::",
        "::: steps\n1. En\n\nNoe etter.\n:::",
    ],
)
def test_what_the_blocks_cannot_show_is_an_error_with_the_name_of_the_file(text):
    with pytest.raises(UnsupportedMarkdown, match="prove"):
        convert(text)
