"""Approval by a second person: nobody approves what they themselves wrote last."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from accounts.models import User


class SecondPersonApproval(AbstractGroupApprovalTask):
    """A step in which somebody of the groups, other than the latest writer, approves."""

    class Meta:
        verbose_name = _("approval by a second person")
        verbose_name_plural = _("approvals by a second person")

    @classmethod
    def get_description(cls) -> str:
        """What the list of steps says about this one."""
        return _("Members of the groups approve; not the person who wrote the latest version")

    def get_actions(self, obj, user: User | AnonymousUser) -> list[tuple]:
        """What the person may do: the latest writer may only take the text back."""
        actions = super().get_actions(obj, user)
        if wrote_latest(obj, user):
            return [action for action in actions if action[0] != "approve"]
        return actions

    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs) -> None:
        """Carry out the action; PermissionDenied when the latest writer would approve."""
        if action_name == "approve" and task_state.revision.user_id == user.pk:
            raise PermissionDenied(_("Somebody else has to approve what you wrote."))
        super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: User, **kwargs):
        """What waits for this person; not what they wrote themselves."""
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        return states.exclude(revision__user=user)


def wrote_latest(page, user: User | AnonymousUser) -> bool:
    """Whether the person wrote the latest version of the page."""
    revision = page.get_latest_revision()
    return revision is not None and user.is_authenticated and revision.user_id == user.pk
