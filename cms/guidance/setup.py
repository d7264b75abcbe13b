"""What the editors' site needs to exist: front page, groups' permissions, workflow. Safe to repeat.

Editors write and send for approval; another editor or an administrator approves. Only
administrators may publish directly.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.auth.models import Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from accounts.roles import Group
from cms.guidance.approval import SecondPersonApproval
from cms.guidance.models import GuidanceIndexPage

WORKFLOW = "Godkjenning av en til"
TASK = "Godkjenning av en annen enn den som skrev"
ROOT = "Alle sider"  # what stands above the front page where an editor chooses a page
PAGE_PERMISSIONS = {
    Group.EDITOR: ("add", "change"),
    Group.ADMINISTRATOR: ("add", "change", "publish", "bulk_delete", "lock", "unlock"),
}
COLLECTION_PERMISSIONS = {
    Group.EDITOR: ("add_image", "choose_image", "add_document", "choose_document"),
    Group.ADMINISTRATOR: (
        "add_image", "change_image", "delete_image", "choose_image",
        "add_document", "change_document", "delete_document", "choose_document",
    ),
}  # fmt: skip
FILES = {"image": "wagtailimages", "document": "wagtaildocs"}  # the app of each kind of file
ADMIN = ("wagtailadmin", "access_admin")
EVERYTHING = ("view", "add", "change", "delete")
EDITORS_MODELS = {
    ("community", "hint"): EVERYTHING,
    ("search", "bestbet"): EVERYTHING,
    ("search", "synonym"): EVERYTHING,
    ("search", "stopword"): EVERYTHING,
}
ADMINISTRATORS_MODELS = {
    **EDITORS_MODELS,
    ("taxonomy", "product"): ("view", "add", "change"),  # ended, never deleted
    ("taxonomy", "topic"): EVERYTHING,
    ("taxonomy", "audience"): EVERYTHING,
    ("taxonomy", "accesspackagearea"): EVERYTHING,
    ("taxonomy", "accesspackage"): EVERYTHING,
    ("community", "houserules"): ("change",),
    ("bridges", "waitingrule"): EVERYTHING,
    ("accounts", "team"): EVERYTHING,
    ("accounts", "organisation"): ("view", "add", "change"),
}


@transaction.atomic
def ensure_site() -> GuidanceIndexPage:
    """Create or mend everything named above; returns the front page of the guidance."""
    index = _ensure_index()
    _ensure_site_record(index)
    groups = {name: DjangoGroup.objects.get_or_create(name=name)[0] for name in Group}
    for name, group in groups.items():
        _ensure_permissions(name, group, index)
    _ensure_workflow(index, [groups[Group.EDITOR], groups[Group.ADMINISTRATOR]])
    _remove_wagtails_own()
    return index


def _ensure_index() -> GuidanceIndexPage:
    """The front page, made when missing, under a root with a name of ours."""
    root = _ensure_roots()
    Page.objects.filter(pk=root.pk).exclude(title=ROOT).update(title=ROOT, draft_title=ROOT)
    index = GuidanceIndexPage.objects.first()
    if index is None:
        index = root.add_child(instance=GuidanceIndexPage(title="Veiledning", slug="veiledning"))
    return index


def _ensure_roots() -> Page:
    """What Wagtail's own migrations make, for a database that was emptied since; the page root."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    return Page.get_first_root_node() or Page.add_root(title=ROOT, slug="root")


def _ensure_site_record(index: GuidanceIndexPage) -> None:
    """One site at the public address, with the front page as its root."""
    address = urlsplit(settings.PUBLIC_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    values = {
        "hostname": address.hostname,
        "port": port,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "root_page": index,
    }
    Site.objects.update_or_create(is_default_site=True, defaults=values)


def _ensure_permissions(name: Group, group: DjangoGroup, index: GuidanceIndexPage) -> None:
    """Give the group what its role needs in the editors' admin."""
    if name not in PAGE_PERMISSIONS:
        return
    models = ADMINISTRATORS_MODELS if name == Group.ADMINISTRATOR else EDITORS_MODELS
    of_pages = [("wagtailcore", f"{action}_page") for action in PAGE_PERMISSIONS[name]]
    of_files = [(FILES[what.partition("_")[2]], what) for what in COLLECTION_PERMISSIONS[name]]
    of_models = [
        (app, f"{action}_{model}") for (app, model), actions in models.items() for action in actions
    ]
    found = _permissions([ADMIN, *of_pages, *of_files, *of_models])
    GroupPagePermission.objects.bulk_create(
        [GroupPagePermission(group=group, page=index, permission=found[each]) for each in of_pages],
        ignore_conflicts=True,
    )
    collection = Collection.get_first_root_node()
    GroupCollectionPermission.objects.bulk_create(
        [
            GroupCollectionPermission(group=group, collection=collection, permission=found[each])
            for each in of_files
        ],
        ignore_conflicts=True,
    )
    group.permissions.add(found[ADMIN], *(found[each] for each in of_models))


def _permissions(wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Permission]:
    """The permissions by app and codename, read in one statement; KeyError for one that is not."""
    rows = Permission.objects.select_related("content_type").filter(
        content_type__app_label__in={app for app, _codename in wanted},
        codename__in={codename for _app, codename in wanted},
    )
    found = {(row.content_type.app_label, row.codename): row for row in rows}
    return {each: found[each] for each in wanted}


def _ensure_workflow(index: GuidanceIndexPage, groups: list[DjangoGroup]) -> None:
    """One step, approval by a second person, for every page under the front page."""
    task, _made = SecondPersonApproval.objects.get_or_create(name=TASK)
    task.groups.set(groups)
    workflow, _made = Workflow.objects.get_or_create(name=WORKFLOW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr)
    WorkflowPage.objects.update_or_create(page=index, defaults={"workflow": workflow})


def _remove_wagtails_own() -> None:
    """Remove the welcome page, groups and workflow that a new Wagtail database comes with."""
    for page in Page.objects.filter(depth=2, content_type__model="page"):
        if page.specific_class is Page and not page.get_children_count():
            page.delete()
    unused = DjangoGroup.objects.filter(name__in=["Moderators", "Editors"], user__isnull=True)
    names = list(unused.values_list("name", flat=True))
    DjangoGroup.objects.filter(name__in=names).delete()
    for workflow in Workflow.objects.filter(name="Moderators approval", active=True):
        workflow.deactivate()
    for task in GroupApprovalTask.objects.filter(groups__isnull=True, active=True):
        task.deactivate()
