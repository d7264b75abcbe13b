"""Who may read a page: Wagtail's dialogue, with the groups by the names people know."""

from __future__ import annotations

from django.contrib.auth.models import Group as DjangoGroup
from wagtail.admin.forms.pages import PageViewRestrictionForm
from wagtail.admin.views.page_privacy import SetPrivacyView

from accounts.roles import Group


class PrivacyForm(PageViewRestrictionForm):
    """For everybody, for those who are signed in, or for some groups."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].label_from_instance = group_name


class PrivacyView(SetPrivacyView):
    """Wagtail's dialogue, at its own address."""

    form_class = PrivacyForm


def group_name(group: DjangoGroup) -> str:
    """What the group is called in the reader's language; its own name when it gives no role."""
    return str(Group(group.name).label) if group.name in Group else group.name
