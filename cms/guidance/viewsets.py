"""The shared vocabulary, teams and organisations in the editors' admin; administrators only."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from accounts.models import Organisation, Team, User
from accounts.staffing import team_changing
from cms.guidance.deleting import TeamDeleteView, UnusedOnlyView
from taxonomy.models import AccessPackage, AccessPackageArea, Audience, Product, Topic

NAMES = MultiFieldPanel(
    [
        FieldPanel("name_nb", help_text=_("Always needed; used where the others are empty.")),
        FieldPanel("name_nn"),
        FieldPanel("name_en"),
    ],
    heading=_("Name"),
)
SLUG_HELP = _("The word in addresses and in the search index. Links break when it changes.")


class VocabularyViewSet(ModelViewSet):
    """What the vocabulary's screens have in common."""

    list_display = ["name_nb", "name_nn", "name_en"]
    search_fields = ["name_nb", "name_nn", "name_en"]
    search_backend_name = None
    copy_view_enabled = False
    delete_view_class = UnusedOnlyView
    list_per_page = 50


class ProductViewSet(VocabularyViewSet):
    """Products with their status."""

    model = Product
    icon = "desktop"
    menu_label = _("Products")
    list_display = ["name_nb", "status", "ends_on", "position"]
    list_filter = ["status"]
    ordering = ["position"]
    panels = [
        NAMES,
        FieldPanel("slug", help_text=SLUG_HELP),
        MultiFieldPanel(
            [
                FieldPanel(
                    "status",
                    help_text=_(
                        "Articles about a product that has ended get a warning and rank lower."
                    ),
                ),
                FieldPanel("ends_on", help_text=_("Needed when the product has ended.")),
                FieldPanel("position", help_text=_("The lowest number comes first in lists.")),
            ],
            heading=_("Status"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("description_nb", help_text=_("One sentence: what it is for.")),
                FieldPanel("description_nn"),
                FieldPanel("description_en"),
            ],
            heading=_("Description"),
        ),
    ]


class TopicViewSet(VocabularyViewSet):
    """Topics of products."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    list_display = ["name_nb", "product", "slug"]
    list_filter = ["product"]
    panels = [
        FieldPanel("product", help_text=_("A topic belongs to one product.")),
        NAMES,
        FieldPanel("slug", help_text=SLUG_HELP),
    ]


class AudienceViewSet(VocabularyViewSet):
    """Whom texts are for."""

    model = Audience
    icon = "group"
    menu_label = _("Audiences")
    panels = [NAMES, FieldPanel("slug", help_text=SLUG_HELP)]


class AccessPackageAreaViewSet(VocabularyViewSet):
    """Areas of access packages."""

    model = AccessPackageArea
    icon = "folder"
    menu_label = _("Access package areas")
    panels = [NAMES, FieldPanel("slug", help_text=SLUG_HELP)]


class AccessPackageViewSet(VocabularyViewSet):
    """Access packages with their URN."""

    model = AccessPackage
    icon = "key"
    menu_label = _("Access packages")
    list_display = ["name_nb", "area", "urn"]
    list_filter = ["area"]
    search_fields = ["name_nb", "name_nn", "urn"]
    panels = [
        NAMES,
        FieldPanel("area"),
        FieldPanel(
            "urn", help_text=_("Exactly as in the register: urn:altinn:accesspackage: and a name.")
        ),
    ]


class VocabularyGroup(ModelViewSetGroup):
    """The menu entry of the vocabulary."""

    menu_label = _("Shared vocabulary")
    menu_icon = "list-ul"
    menu_order = 600
    items = (
        ProductViewSet,
        TopicViewSet,
        AudienceViewSet,
        AccessPackageAreaViewSet,
        AccessPackageViewSet,
    )


class TeamForm(WagtailAdminModelForm):
    """Offers those who work here, not every visitor, as members.

    Logs of cases and the rules name a team by its word: it cannot be another later.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "slug" in self.fields:
            self.fields["slug"].disabled = True
        members = self.fields.get("members")
        if members is None:
            return
        internal = Q(memberships__organisation__type=Organisation.Type.INTERNAL)
        people = User.objects.filter(
            Q(teams__isnull=False) | Q(groups__isnull=False) | internal, is_active=True
        )
        members.queryset = people.distinct().order_by("name", "email")
        self.fields["lead"].queryset = members.queryset

    def save(self, commit: bool = True) -> Team:
        """Save the team; who came into it or left it is recorded, and told."""
        people, lead = self.cleaned_data.get("members", ()), self.cleaned_data.get("lead")
        people = [*people, lead] if lead else list(people)
        changing = team_changing(
            team=self.instance, people=people, by=self.for_user, now=timezone.now()
        )
        with changing:
            return super().save(commit=commit)


class TeamViewSet(ModelViewSet):
    """Teams, their lines and members."""

    model = Team
    icon = "group"
    menu_label = _("Teams")
    list_display = ["name", "line", "handles_security"]
    list_filter = ["line"]
    search_fields = ["name"]
    search_backend_name = None
    copy_view_enabled = False
    delete_view_class = TeamDeleteView
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel(
                "slug",
                help_text=_("The word for the team in logs and rules. It cannot be changed later."),
            ),
            FieldPanel(
                "line",
                help_text=_("The first line sees every case; the second sees what it is handed."),
            ),
            FieldPanel(
                "handles_security", help_text=_("Members see security cases in their texts.")
            ),
            MultiFieldPanel(
                [
                    FieldPanel(
                        "responsibility_nb",
                        help_text=_("Shown on the page about how we serve you."),
                    ),
                    FieldPanel("responsibility_nn"),
                    FieldPanel("responsibility_en"),
                ],
                heading=_("Answers for"),
            ),
            FieldPanel(
                "members",
                widget=forms.CheckboxSelectMultiple,
                help_text=_("They see the team's cases at once, and own its articles."),
            ),
            FieldPanel(
                "lead",
                help_text=_("Is told when the team breaks a guarantee. Without one, all are told."),
            ),
        ],
        base_form_class=TeamForm,
    )


class OrganisationViewSet(ModelViewSet):
    """Organisations that use the platform."""

    model = Organisation
    icon = "site"
    menu_label = _("Organisations")
    list_display = ["name", "type", "segment", "size", "organisation_number"]
    list_filter = ["type", "segment", "size"]
    search_fields = ["name", "organisation_number"]
    search_backend_name = None
    copy_view_enabled = False
    panels = [
        FieldPanel("name"),
        FieldPanel("type", help_text=_("Decides what its members may do here.")),
        FieldPanel("segment", help_text=_("Used in reports.")),
        FieldPanel("size", help_text=_("Used in reports, to see that small ones are not last.")),
        FieldPanel("organisation_number", help_text=_("Nine digits; may be empty.")),
        FieldPanel("written_standard", help_text=_("Mail to the organisation is written in it.")),
        FieldPanel("external_id", help_text=_("Set by the connector; change it with care.")),
    ]


class PeopleGroup(ModelViewSetGroup):
    """The menu entry of teams and organisations."""

    menu_label = _("Teams and organisations")
    menu_icon = "group"
    menu_order = 610
    items = (TeamViewSet, OrganisationViewSet)
