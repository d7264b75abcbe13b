"""For machines: feeds of questions and answers, and where the public questions are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.community.anchors import anchor_of
from cms.community.models import Answer, Question
from markup.markdown import without_control_characters
from portal.community.presenters import address_of, person_name
from taxonomy.models import Product

IN_FEED = 50
IN_SITEMAP = 10_000  # ids covered by one part
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """The newest questions."""
    return _questions(_("New questions – Veiviser"), reverse("community"), request)


@require_safe
def unanswered(request: HttpRequest) -> HttpResponse:
    """The newest questions nobody has answered."""
    address = f"{reverse('community')}?tab=unanswered"
    rows = Question.objects.public().filter(state=Question.State.UNANSWERED)
    return _questions(_("Questions without an answer – Veiviser"), address, request, rows)


@require_safe
def of_product(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest questions about a product."""
    product = Product.objects.filter(slug=slug).first()
    if product is None:
        raise Http404
    address = f"{reverse('community')}?product={product.slug}"
    title = _("New questions about %(product)s – Veiviser") % {"product": product.name}
    return _questions(title, address, request, Question.objects.public().filter(product=product))


@require_safe
def of_question(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest answers to a question."""
    question = Question.objects.public().filter(pk=pk).first()
    if question is None:
        raise Http404
    address = address_of(question)
    out = _feed(_("Answers: %(title)s") % {"title": question.title}, address, request)
    answers = Answer.objects.public().filter(question=question).select_related("author")
    for answer in answers.order_by("-answered_at", "-pk")[:IN_FEED]:
        here = f"{settings.PUBLIC_URL}{address}#svar-{answer.pk}"
        name = person_name(answer.author)
        out.add_item(
            title=_("Answer from %(name)s") % {"name": name},
            link=settings.PUBLIC_URL + address + anchor_of(question, answer.pk),
            unique_id=here,
            description=without_control_characters(_whole(answer.html)),
            author_name=without_control_characters(name),
            pubdate=answer.answered_at,
            updateddate=answer.edited_at or answer.answered_at,
        )
    return _sent(out)


def _questions(
    title: str, address: str, request: HttpRequest, rows: QuerySet | None = None
) -> HttpResponse:
    out = _feed(title, address, request)
    rows = Question.objects.public() if rows is None else rows
    rows = rows.select_related("asker", "product").prefetch_related("topics")
    for question in rows.order_by("-asked_at", "-pk")[:IN_FEED]:
        here = settings.PUBLIC_URL + address_of(question)
        out.add_item(
            title=without_control_characters(question.title),
            link=here,
            unique_id=here,
            description=without_control_characters(_whole(question.html)),
            author_name=without_control_characters(person_name(question.asker)),
            pubdate=question.asked_at,
            updateddate=max(question.activity_at, question.edited_at or question.activity_at),
            categories=[question.product.name, *(topic.name for topic in question.topics.all())],
        )
    return _sent(out)


def _feed(title: str, address: str, request: HttpRequest) -> Atom1Feed:
    return Atom1Feed(
        title=without_control_characters(title),
        link=settings.PUBLIC_URL + address,
        description="",
        feed_url=settings.PUBLIC_URL + request.path,
        language=get_language(),
        author_name=settings.SITE_OWNER,
    )


def _whole(html: str) -> str:
    """The text with our own addresses written out: a feed reader is somewhere else."""
    for attribute in ("src", "href"):
        html = html.replace(f'{attribute}="/', f'{attribute}="{settings.PUBLIC_URL}/')
    return html


def _sent(feed: Atom1Feed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


# --- where the questions are --------------------------------------------------------------------


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The parts of the sitemap; each covers a stretch of ids."""
    highest = Question.objects.public().aggregate(highest=Max("pk"))["highest"] or 0
    parts = range(highest // IN_SITEMAP + 1)
    entries = (
        f"<sitemap><loc>{_written(reverse('community_sitemap_part', args=[part]))}</loc></sitemap>"
        for part in parts
    )
    return _xml("sitemapindex", entries)


@require_safe
def sitemap_part(request: HttpRequest, part: int) -> HttpResponse:
    """The public questions of a stretch of ids, with when something last happened to each."""
    if part > 1_000_000:
        raise Http404
    start = part * IN_SITEMAP
    rows = Question.objects.public().filter(pk__gte=start, pk__lt=start + IN_SITEMAP)
    entries = (
        f"<url><loc>{_written(address_of(question))}</loc>"
        f"<lastmod>{_day(question.activity_at)}</lastmod></url>"
        for question in rows.only("pk", "slug", "activity_at").order_by("pk").iterator()
    )
    return _xml("urlset", entries)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines are told: where the sitemap is, and where nothing is to be found."""
    lines = [
        "User-agent: *",
        "Disallow: /cms-admin/",
        "Disallow: /konto/",
        "Disallow: /sok/",
        f"Sitemap: {settings.PUBLIC_URL}{reverse('community_sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _xml(element: str, entries: Iterable[str]) -> HttpResponse:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{element} {SITEMAP}>'
    body = "\n".join([head, *entries, f"</{element}>\n"])
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


def _written(path: str) -> str:
    return escape(settings.PUBLIC_URL + path)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
