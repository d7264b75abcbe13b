"""What happens when the last step of a workflow is approved.

Wagtail reads this module while its own models are being defined, so it imports no models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from accounts.models import User


def publish_approved(workflow_state: WorkflowState, user: User | None = None) -> None:
    """Publish what was approved; the approval is the permission, since editors have no other.

    PermissionDenied when the approver wrote it. Named in WAGTAIL_FINISH_WORKFLOW_ACTION.
    """
    revision = workflow_state.content_object.get_latest_revision()
    if user is not None and revision.user_id == user.pk:
        raise PermissionDenied(_("Somebody else has to approve what you wrote."))
    revision.publish(user=user, skip_permission_checks=True)
