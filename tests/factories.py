"""One plain factory per model. Defaults are the simplest valid thing."""

from datetime import timedelta
from itertools import count

from django.contrib.auth.models import Group as DjangoGroup
from django.utils import timezone

from accounts.models import Membership, MembershipContactRole, Organisation, Team, User
from cms.guidance.models import ArticlePage, GuidanceIndexPage, SectionPage
from cms.guidance.setup import ensure_site
from taxonomy.models import Product, Topic

_numbers = count(1)

# --- people -------------------------------------------------------------------------------------


def make_user(*, groups: tuple[str, ...] = (), teams: tuple[Team, ...] = (), **fields) -> User:
    """A person with a usable password ("passord-for-alle") in the given groups and teams."""
    number = next(_numbers)
    fields = {"email": f"person{number}@tindvik.example", "name": f"Person {number}", **fields}
    user = User.objects.create_user(password="passord-for-alle", **fields)
    for name in groups:
        user.groups.add(DjangoGroup.objects.get_or_create(name=name)[0])
    for team in teams:
        team.members.add(user)
    return User.objects.get(pk=user.pk)


def make_organisation(**fields) -> Organisation:
    """A municipality that owns services."""
    defaults = {
        "name": f"Kommune {next(_numbers)}",
        "type": Organisation.Type.SERVICE_OWNER,
        "segment": Organisation.Segment.MUNICIPALITY,
    }
    return Organisation.objects.create(**{**defaults, **fields})


def make_membership(
    user: User, organisation: Organisation, *, roles: tuple[str, ...] = ()
) -> Membership:
    """An active membership with the given contact roles."""
    membership = Membership.objects.create(
        user=user,
        organisation=organisation,
        status=Membership.Status.ACTIVE,
        decided_at=timezone.now(),
    )
    for role in roles:
        MembershipContactRole.objects.create(membership=membership, role=role)
    return membership


def make_team(**fields) -> Team:
    """A second-line team."""
    number = next(_numbers)
    return Team.objects.create(
        **{"slug": f"team-{number}", "name": f"Team {number}", "line": "second", **fields}
    )


# --- vocabulary ---------------------------------------------------------------------------------


def make_product(**fields) -> Product:
    """A product in use."""
    number = next(_numbers)
    return Product.objects.create(
        **{"slug": f"p{number}", "name_nb": f"Produkt {number}", **fields}
    )


def make_topic(product: Product, **fields) -> Topic:
    """A topic of the product."""
    number = next(_numbers)
    return Topic.objects.create(
        product=product, **{"slug": f"t{number}", "name_nb": f"Emne {number}", **fields}
    )


# --- guidance -----------------------------------------------------------------------------------


def make_section(**fields) -> SectionPage:
    """A published section under the front page of the guidance, which is made when missing."""
    number = next(_numbers)
    index = GuidanceIndexPage.objects.first() or ensure_site()
    values = {"title": f"Seksjon {number}", "slug": f"seksjon-{number}", **fields}
    return index.add_child(instance=SectionPage(**values))


def make_article(section: SectionPage | None = None, **fields) -> ArticlePage:
    """A published article with one product; `products` and `audiences` may be given as lists."""
    number = next(_numbers)
    products = fields.pop("products", None) or [make_product()]
    audiences = fields.pop("audiences", [])
    today = timezone.localdate()
    values = {
        "title": f"Artikkel {number}",
        "slug": f"artikkel-{number}",
        "answer": f"Svaret på spørsmål {number}.",
        "body": [{"type": "text", "value": "<p>Tekst.</p>"}],
        "last_reviewed": today - timedelta(days=10),
        "review_by": today + timedelta(days=100),
        **fields,
    }
    if "owner_team" not in values:
        values["owner_team"] = make_team()
    article = (section or make_section()).add_child(instance=ArticlePage(**values))
    article.products, article.audiences = products, audiences
    article.save()
    return article
