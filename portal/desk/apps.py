from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The triage queue and the ticket workspace."""

    name = "portal.desk"

    def ready(self) -> None:
        """Tell suggestions what the site knows about its content."""
        from portal.desk import answers  # needs the app registry

        answers.register()
