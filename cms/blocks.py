"""The blocks an article's text is built of.

Each block is drawn by its own template. The field keeps its block definitions out of migrations:
a changed label or a new block changes no table, so it needs no migration.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock

from cms.guidance.anchors import lines

# What a running text may hold; fewer buttons make more even articles.
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "code"]
# Inside a step, a notice or a cell: no headings.
INNER_FEATURES = ["bold", "italic", "ol", "ul", "link", "code"]
LINE_FEATURES = ["bold", "italic", "link", "code"]

CODE_LANGUAGES = [
    ("text", _("Plain text")),
    ("bash", _("Command line")),
    ("http", "HTTP"),
    ("json", "JSON"),
    ("xml", "XML"),
    ("yaml", "YAML"),
    ("python", "Python"),
    ("java", "Java"),
    ("csharp", "C#"),
]


class RunningTextBlock(blocks.RichTextBlock):
    """Text whose paragraphs, headings and points stay apart in search too."""

    def get_searchable_content(self, value) -> list[str]:
        """Each of them by itself."""
        return lines(value.source) if self.search_index else []


class NoticeBlock(blocks.StructBlock):
    """A short notice that stands out from the text."""

    title = blocks.CharBlock(max_length=120, label=_("Title"))
    text = RunningTextBlock(features=INNER_FEATURES, label=_("Text"))

    class Meta:
        template = "guidance/blocks/notice.html"


class Code(blocks.StructValue):
    """The code with the name of its kind."""

    @property
    def kind(self) -> str:
        """Such as JSON, in the language of the text around it."""
        return str(dict(CODE_LANGUAGES).get(self["language"], ""))


class CodeBlock(blocks.StructBlock):
    """Something to copy: a request, an answer, a command."""

    language = blocks.ChoiceBlock(
        choices=CODE_LANGUAGES, default="text", search_index=False, label=_("Kind of code")
    )
    code = blocks.TextBlock(
        rows=8,
        label=_("Code"),
        help_text=_("Never a key, a token or an identity number, not even an old one."),
    )

    class Meta:
        icon = "code"
        label = _("Code")
        value_class = Code
        template = "guidance/blocks/code.html"


class PictureBlock(blocks.StructBlock):
    """A picture with the text that stands in for it; purely decorative pictures are not used."""

    image = ImageChooserBlock(label=_("Picture"))
    alt_text = blocks.CharBlock(
        max_length=250,
        label=_("Alternative text"),
        help_text=_("Says what the picture shows, for those who cannot see it."),
    )
    caption = blocks.CharBlock(max_length=250, required=False, label=_("Picture caption"))

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "guidance/blocks/picture.html"


class PointerBlock(blocks.StructBlock):
    """A pointer to one page here, or to one address elsewhere."""

    page = blocks.PageChooserBlock(
        page_type="guidance.ArticlePage", required=False, label=_("Article")
    )
    url = blocks.URLBlock(required=False, label=_("Or an address elsewhere"))
    text = blocks.CharBlock(
        max_length=160,
        required=False,
        label=_("Link text"),
        help_text=_("May be empty for an article: its title is used."),
    )

    class Meta:
        icon = "link"
        label = _("Link")

    def clean(self, value):
        """Exactly one target; an address elsewhere needs a text."""
        result = super().clean(value)
        errors = {}
        if bool(result["page"]) == bool(result["url"]):
            errors["page"] = ValidationError(_("Choose an article or give an address."))
        elif result["url"] and not result["text"]:
            errors["text"] = ValidationError(_("Write what the link leads to."))
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return result


class ArticleBody(blocks.StreamBlock):
    """Everything the text of an article may hold."""

    text = RunningTextBlock(
        features=TEXT_FEATURES, label=_("Text"), template="guidance/blocks/text.html"
    )
    steps = blocks.ListBlock(
        RunningTextBlock(
            features=INNER_FEATURES,
            label=_("Step"),
            help_text=_(
                "Begin with what to do, in bold and with a verb; then what one sees when it worked."
            ),
        ),
        icon="list-ol",
        label=_("Steps"),
        template="guidance/blocks/steps.html",
    )
    info = NoticeBlock(icon="info-circle", label=_("Worth knowing"))
    warning = NoticeBlock(
        icon="warning",
        label=_("Warning"),
        help_text=_("Use it rarely: only for what cannot be undone or stops somebody."),
    )
    code = CodeBlock()
    table = TypedTableBlock(
        [("text", RunningTextBlock(features=LINE_FEATURES, label=_("Text")))],
        label=_("Table"),
        template="guidance/blocks/table.html",
    )
    picture = PictureBlock()
    related = blocks.ListBlock(
        PointerBlock(),
        icon="link",
        label=_("Links"),
        help_text=_("Links in the middle of the text. Related articles have their own field."),
        template="guidance/blocks/links.html",
    )


class ArticleBodyField(StreamField):
    """A StreamField of `ArticleBody` whose blocks are not repeated in migrations."""

    def __init__(self, **kwargs) -> None:
        super().__init__(ArticleBody(), **kwargs)

    def deconstruct(self):
        """Only the field itself, without its blocks."""
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
