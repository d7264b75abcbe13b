"""On the editors' front page: articles somebody proposes, and drafts made from them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from wagtail.admin.ui.components import Component

from accounts.models import User
from portal.bridges.models import Proposal
from portal.bridges.proposing import visible_proposals

SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """One draft that nobody has published yet, with the team that answers for it."""

    title: str
    team: str
    edit: str
    source: str


class DraftsPanel(Component):
    """How many proposals wait, and the latest unpublished drafts; one's own teams' first."""

    name = "bridges"
    template_name = "bridges/admin/panel.html"
    order = 240

    def __init__(self, user: User) -> None:
        self.user = user

    def get_context_data(self, parent_context: dict) -> dict:
        """The figures."""
        articles = visible_proposals(self.user).filter(kind=Proposal.Kind.ARTICLE)
        return {
            "waiting": articles.filter(state=Proposal.State.PENDING).count(),
            "list": reverse("bridge_proposals"),
            "drafts": self._drafts(articles),
        }

    def _drafts(self, articles) -> list[DraftRow]:
        rows = articles.filter(state=Proposal.State.APPROVED, page__live=False)
        found = rows.select_related("page", "team").order_by("-decided_at", "-pk")[: 4 * SHOWN]
        own = set(self.user.team_lines)
        ordered = sorted(found, key=lambda row: row.team_id not in own)
        return [
            DraftRow(
                title=row.page.title,
                team=row.team.name,
                edit=reverse("wagtailadmin_pages:edit", args=[row.page_id]),
                source=reverse("bridge_proposal", args=[row.pk]),
            )
            for row in ordered[:SHOWN]
        ]
