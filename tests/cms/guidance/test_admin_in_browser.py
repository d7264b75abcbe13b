"""The editors' admin in a real browser under the strict policy: everything works, no violation."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from cms.guidance.models import ArticlePage
from search.models import KnownQuery
from taxonomy.models import Audience
from tests.browser import BROWSER_TESTS, Window
from tests.factories import make_article, make_product, make_section, make_team, make_user

pytestmark = BROWSER_TESTS

BLOCKS = 8
PICTURE = 6  # its place among the blocks
PICKER = ".xdsoft_datetimepicker:visible"


@pytest.fixture
def article():
    section = make_section()
    make_article(section, title="Den andre")
    return make_article(
        section,
        title="Den første",
        body=[{"type": "text", "value": "<p>Tekst.</p>", "id": "a1"}],
        products=[make_product()],
        audiences=[Audience.objects.create(slug="eier", name_nb="Tjenesteeiere")],
        owner_team=make_team(),
    )


class Desk(Window):
    """One editor's window on the admin, with everything that broke its policy."""

    def __init__(self, chromium, live_server, user) -> None:
        viewport = {"width": 1400, "height": 1000}
        super().__init__(chromium, live_server, user, viewport=viewport)

    def _note(self, message) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def open(self, address: str) -> None:
        response = self.page.goto(self.base + address)
        self.page.wait_for_load_state("networkidle")
        assert response.status == 200, address

    def edit(self, article) -> None:
        self.open(reverse("wagtailadmin_pages:edit", args=[article.pk]))

    def press_in_footer(self, selector: str) -> None:
        self.page.locator("footer .w-dropdown button[aria-expanded]").first.click()
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.page.wait_for_load_state("networkidle")


def pick_a_date(page) -> None:
    page.locator("[role=tab]").nth(1).click()
    field = page.locator("#id_review_by")
    before = field.input_value()
    field.click()
    page.locator(PICKER).wait_for()
    page.locator(f"{PICKER} td.xdsoft_date:not(.xdsoft_current):not(.xdsoft_disabled)").last.click()
    assert field.input_value() != before
    page.keyboard.press("Escape")
    page.locator("[role=tab]").first.click()


def choose_a_related_article(page) -> None:
    page.locator("#id_related_articles-OPEN_MODAL").click()
    dialog = page.locator(".modal-content")
    box = dialog.locator("input[type=checkbox]:not(:disabled):visible")
    dialog.locator("table").wait_for()
    if not box.count():
        dialog.locator("td.children a, .navigate-children").first.click()
    box.first.check()
    dialog.locator("button[type=submit]:visible, input[type=submit]:visible").last.click()
    page.locator("[data-inline-panel-child]:visible").wait_for()


def add_a_block(page, number: int) -> None:
    page.locator(".c-sf-add-button:visible").last.click()
    options = page.locator(".w-combobox__option")
    options.first.wait_for()
    assert options.count() == BLOCKS
    options.nth(number).click()
    options.first.wait_for(state="hidden")


def test_editing_screens_work_under_the_policy(chromium, live_server, article):
    desk = Desk(chromium, live_server, make_user(groups=("editor",)))
    for name in ("wagtailadmin_home", "wagtailimages:index", "guidance_review_report"):
        desk.open(reverse(name))
    desk.edit(article)
    page = desk.page

    page.locator("[data-side-panel-toggle=preview]").click()
    title = page.frame_locator("iframe[title]").first.locator("h1").first
    title.wait_for()
    assert title.inner_text() == "Den første"
    page.locator("[data-side-panel-toggle=preview]").click()
    pick_a_date(page)
    choose_a_related_article(page)
    for number in range(BLOCKS):
        add_a_block(page, number)

    assert desk.complaints == []


def test_picture_is_uploaded_from_the_chooser(chromium, live_server, article, tmp_path):
    picture = tmp_path / "knapp.png"
    picture.write_bytes(get_test_image_file().file.getvalue())
    desk = Desk(chromium, live_server, make_user(groups=("editor",)))
    desk.open(reverse("wagtailimages:add"))
    desk.edit(article)
    page = desk.page
    add_a_block(page, PICTURE)
    page.locator("[data-chooser-action-choose]:visible").last.click()
    dialog = page.locator(".modal-content")
    dialog.locator("[role=tab]").last.click()
    dialog.locator("input[type=file]").set_input_files(str(picture))
    title = dialog.locator("input[name$=title]")
    expect(title).to_have_value("knapp")  # what the file is called, proposed by the script
    title.fill("En knapp")
    dialog.locator("form[enctype] button[type=submit]:visible").last.click()
    dialog.wait_for(state="hidden")

    assert Image.objects.get().title == "En knapp"
    assert desk.complaints == []


def test_new_article_is_kept_and_shown_from_its_title_alone(chromium, live_server, article):
    writer = make_user(groups=("editor",), teams=(article.owner_team,))
    desk = Desk(chromium, live_server, writer)
    section = article.get_parent()
    desk.open(reverse("wagtailadmin_pages:add", args=["guidance", "articlepage", section.pk]))
    page = desk.page
    page.fill("#id_title", "Bare begynt")
    page.locator("[role=tab]").nth(1).click()
    page.locator("#id_review_by").fill("3.2.2031")  # as one writes it, day first
    page.locator("#id_review_by").blur()
    page.locator("[data-side-panel-toggle=preview]").click()
    title = page.frame_locator("iframe[title]").first.locator("h1").first
    expect(title).to_have_text("Bare begynt")
    page.locator("[data-side-panel-toggle=preview]").click()
    page.locator("footer button[type=submit]").first.click()
    page.wait_for_url("**/edit/**")

    draft = ArticlePage.objects.get(slug="bare-begynt")
    assert draft.review_by.isoformat() == "2031-02-03"
    assert desk.complaints == []


def test_text_goes_from_writer_over_second_person_to_readers(chromium, live_server, article):
    writer, second = make_user(groups=("editor",)), make_user(groups=("editor",))
    desk = Desk(chromium, live_server, writer)
    desk.edit(article)
    desk.page.fill("#id_answer", "Et nytt svar.")
    desk.press_in_footer("button[name=action-submit]")
    desk.edit(article)
    assert desk.page.locator("button[data-workflow-action-name=approve]").count() == 0

    other = Desk(chromium, live_server, second)
    other.edit(article)
    other.press_in_footer("button[data-workflow-action-name=approve]")

    page = ArticlePage.objects.get(pk=article.pk)
    assert (page.live, page.answer) == (True, "Et nytt svar.")
    assert page.live_revision.user == writer
    assert desk.complaints == other.complaints == []


def test_administrators_screens_work_under_the_policy(chromium, live_server, article):
    desk = Desk(chromium, live_server, make_user(groups=("administrator",)))
    for kind in ("topic", "accesspackage", "team", "organisation"):
        desk.open(reverse(f"{kind}:index"))
        desk.open(reverse(f"{kind}:add"))
    desk.open(reverse("product:add"))
    desk.page.locator("#id_ends_on").click()
    desk.page.locator(PICKER).wait_for()
    desk.page.keyboard.press("Escape")
    desk.edit(article)
    desk.page.locator("[data-side-panel-toggle=status]").click()
    desk.page.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").first.click()
    desk.page.locator("#id_go_live_at").click()
    desk.page.locator(PICKER).first.wait_for()

    assert desk.complaints == []


@pytest.mark.parametrize("name", ["guidance_review_report", "search_tools_searches"])
def test_on_a_narrow_screen_the_last_column_of_a_list_is_reached(
    chromium, live_server, article, name
):
    today = timezone.localdate()
    known = KnownQuery.objects.create(text="webhook", last_day=today, common=True)
    counts = dict.fromkeys(("searches", "visits", "empty", "unopened", "abandoned"), 3)
    known.days.create(day=today, language="nb", place="home", poor=0, refined=0, **counts)
    desk = Desk(chromium, live_server, make_user(groups=("editor",)))
    desk.page.set_viewport_size({"width": 320, "height": 700})
    desk.open(reverse(name))
    last = desk.page.locator("#listing-results thead th").last
    assert last.bounding_box()["x"] > 320
    desk.page.locator("#listing-results tbody tr").first.hover()
    desk.page.mouse.wheel(2000, 0)
    expect(last).to_be_in_viewport(ratio=0.9)
