"""The form an article is edited by."""

from wagtail.admin.forms import WagtailAdminPageForm


class ArticleForm(WagtailAdminPageForm):
    """An article is changed only when something in it is: else an approver becomes its writer."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Django compares a field whose default is a function with a hidden copy of it, which
        # Wagtail's pages do not have; the field then always counts as changed.
        self.fields["last_reviewed"].show_hidden_initial = False
