"""An editor's own settings in Wagtail's admin."""

from wagtail.admin.views.account import AccountView, NameEmailSettingsPanel


class OwnSettingsView(AccountView):
    """The settings without Wagtail's two names, which it demands and our people do not have.

    One's name stands on one's own page, for readers and editors alike.
    """

    def get_panels(self) -> list:
        """Every panel but the one of names."""
        panels = super().get_panels()
        return [panel for panel in panels if not isinstance(panel, NameEmailSettingsPanel)]
