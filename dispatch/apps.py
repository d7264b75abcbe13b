from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """What leaves after a commit: outbox, mail, tasks, recurring work."""

    name = "dispatch"

    def ready(self) -> None:
        """Handle mail, and plan failed tasks again."""
        from django_tasks.signals import task_finished  # needs the app registry

        from dispatch import jobs, mail  # noqa: F401  mail registers its handler

        task_finished.connect(jobs.on_task_finished, dispatch_uid="dispatch.retry")
