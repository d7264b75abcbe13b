"""Every page of ours as it is seen: by the rules of accessibility, in light and dark, from the
widest to the narrowest, with nothing the browser complains about.

A new template has to be added to a list below; a test fails until it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse
from django.utils import timezone, translation

from accounts.addresses import confirm_address
from accounts.models import Membership
from cms.community import editing, flags, moderation, sanctions
from cms.community import services as community
from cms.community.models import Answer, Question
from cms.guidance.models import ArticlePage
from portal.insight.purposes import BY_ADDRESS
from search.indexing import rebuild
from tests.browser import Window, browser_tests
from tests.contracts.world import World, make_world
from tests.factories import make_user
from tests.journeys.kept import kept_site, take_over
from tests.journeys.templates import pages
from triage.tickets import services
from triage.tickets.models import Ticket

# A group of their own: they take as long as all other tests in a browser.
pytestmark = [*browser_tests("pages"), pytest.mark.urls("tests.portal.test_errors")]

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
OTHER_WIDTHS = (768, 1600)
NUMBER = "13097248022"  # synthetic: belongs to nobody
AXE = Axe()
# In dark the same page is drawn in other colours: of axe's rules only this one can say otherwise.
COLOURS = "runOnly: ['color-contrast'],"


@dataclass
class Place:
    """Where a visit begins: a window of a person, and the world behind it."""

    window: Window
    world: World
    settings: object
    folder: Path

    @property
    def page(self):
        """The page in the window."""
        return self.window.page

    def open(self, path: str) -> None:
        """Go to an address."""
        self.page.goto(self.window.base + path)

    def named(self, name: str, query: str = "") -> None:
        """Go to a named address, with the arguments the world has for it."""
        self.open(reverse(name, args=self.world.arguments.get(name, ())) + query)

    def press(self, button: str) -> None:
        """Press a button that leads to another page, and wait for that."""
        with self.page.expect_event("load"):
            self.page.click(button)

    def send(self, form: str) -> None:
        """Send a form as it stands, whatever the browser would ask for first."""
        # Not a navigation: a page that gives its draft an address of its own makes one too.
        with self.page.expect_event("load"):
            self.page.locator(form).first.evaluate(
                "form => { form.noValidate = true; HTMLFormElement.prototype.submit.call(form); }"
            )


Go = Callable[[Place], None]


def at(name: str, query: str = "") -> Go:
    """Visit a named address."""
    return lambda place: place.named(name, query)


def path(address: str) -> Go:
    """Visit a path."""
    return lambda place: place.open(address)


@dataclass(frozen=True)
class Visit:
    """One page, who looks at it, and how one comes there."""

    template: str
    role: str
    go: Go


# --- ways that take more than an address ----------------------------------------------------------


def article(place: Place) -> None:
    place.open(ArticlePage.objects.get().url)


def section(place: Place) -> None:
    place.open(ArticlePage.objects.get().get_parent().url)


def refused_feedback(place: Place) -> None:
    article(place)
    place.send(".useful__form")


def chosen_digest(place: Place) -> None:
    place.named("digest")
    place.send("main form")


def stopped_mail(place: Place) -> None:
    place.named("stop_mail")
    place.send("main form")


def no_engine(place: Place) -> None:
    place.settings.SEARCH_INDEX_DIR = place.folder / "no-index"
    place.open("/sok/?q=token")
    place.settings.SEARCH_INDEX_DIR = place.folder / "search-index"


def words(place: Place, **fields: str) -> None:
    """Step 1 of asking, as far as sending it."""
    place.open("/hjelp/")
    values = {"subject": "Svaret på token", "body": "Vi får ikke svaret på spørsmål.", **fields}
    for name, value in values.items():
        place.page.locator(f"[name={name}]").fill(value)
    place.send("form[data-ask]")


def details(place: Place) -> None:
    words(place, subject="Hei", body="Xyzzy.")
    if "/forslag/" in place.page.url:
        place.open(
            place.page.url.removeprefix(place.window.base).replace("forslag", "opplysninger")
        )


def check(place: Place) -> None:
    details(place)
    place.page.locator("[name=case_type]").first.check()
    place.send("form[data-autosave]")


def refused_number(place: Place) -> None:
    words(place, body=f"Det gjelder {NUMBER}")


def refused_details(place: Place) -> None:
    details(place)
    place.send("form[data-autosave]")


def signed_out(place: Place) -> None:
    place.named("desk_case")
    place.page.locator("#answer-form textarea").fill("Et svar som er langt nok til å bli vist.")
    place.window.lose_session()
    place.send("#answer-form")


def refused_answer(place: Place) -> None:
    place.named("desk_case")
    place.send("#answer-form")


def tried_date(place: Place) -> None:
    place.named("rules_calendar", "?day=2026-12-23&clock=14:00&amount=8&unit=hours")


def looked_at_changes(place: Place) -> None:
    place.named("rules_calendar_edit")
    place.page.fill("#id_week-fri", "08.00–12.00")
    place.press(".form-actions button[value=look]")


def looked_at_promises(place: Place) -> None:
    place.named("rules_promises")
    place.page.click("#rule-8")
    place.page.fill("#id_rules-7-first_response", "2")
    place.press(".form-actions button[value=look]")


def tried_case(place: Place) -> None:
    place.named("rules_promises")
    place.press("button[value='down:0']")
    place.press("button[value=try]")


def looked_at_terms(place: Place) -> None:
    place.named("rules_terms_new")
    place.page.fill("#id_title", "Bruksvilkår 3.0")
    place.page.fill("#id_valid_from", "2030-01-01")
    place.page.fill("#id_text", "Ett ledd.")
    place.press(".form-actions button[value=look]")


def refused_promise(place: Place) -> None:
    place.named("rules_promises")
    place.page.click("#rule-8")
    place.page.fill("#id_rules-7-first_response", "99999")
    place.press(".form-actions button[value=look]")


def refused_duties(place: Place) -> None:
    place.named("operations_person")
    place.page.locator("input[name=leads]").first.check()
    place.press(".form-actions button[type=submit]")


def looked_at_escalations(place: Place) -> None:
    place.named("rules_escalations")
    place.page.click("#rule-1")
    place.page.fill("#id_rules-0-at_percent", "60")
    place.press(".form-actions button[value=look]")


def step(slug: str) -> Go:
    """One step of the case that all may take."""

    def go(place: Place) -> None:
        (ticket,) = place.world.arguments["desk_case"]
        place.open(reverse("desk_step", args=[ticket, slug]))

    return go


def chosen_rows(place: Place) -> None:
    place.named("desk")
    for box in place.page.locator(".desk-choose").all()[:2]:
        box.check()
    place.page.get_by_text("2 saker valgt").wait_for()


def merged_at_once(place: Place) -> None:
    chosen_rows(place)
    place.press("#desk-several button[value=duplikat]")


def keys(place: Place) -> None:
    place.named("desk")
    place.page.keyboard.press("?")
    place.page.locator("dialog[open]").wait_for()


def thread(world: World) -> tuple[Question, Answer]:
    """The world's question, and the member's answer to it."""
    (pk,) = world.arguments["community_vote"]
    answer = Answer.objects.select_related("question").get(pk=pk)
    return answer.question, answer


def write_question(place: Place) -> None:
    question, _answer = thread(place.world)
    place.open(f"/community/spor/?product={question.product.slug}")
    place.page.get_by_label("Spørsmålet ditt i én setning").fill("Hvordan får vi token på nytt?")
    place.page.get_by_role("button", name="Gå videre til detaljene").click()
    place.page.locator("[name=body]").wait_for()


def check_question(place: Place) -> None:
    write_question(place)
    place.page.locator("[name=body]").fill("Vi prøver `token` og **mer**.")
    place.page.get_by_role("button", name="Se over spørsmålet").click()
    place.page.locator("button[value=publish]").wait_for()


def gone(place: Place) -> None:
    question, _answer = thread(place.world)
    moderator = place.world.people["moderator"]
    place.named("community_question")
    place.page.locator("[name=body]").fill("Et svar som skal tas vare på.")
    moderation.hide(post=question, by=moderator, reason="Reklame", now=timezone.now())
    place.send("form[data-writes]")
    moderation.restore(post=question, by=moderator, now=timezone.now())


def overtaken(place: Place) -> None:
    """Somebody else has changed the answer since one began to."""
    _question, answer = thread(place.world)
    place.named("community_edit_answer")
    seen = editing.version_of(answer)
    editing.edit_answer(
        answer=answer, by=answer.author, body="Endret imens.", seen=seen, now=timezone.now()
    )
    place.page.locator("[name=body]").fill("Min egen endring.")
    place.page.locator("button[name=save]:not([aria-hidden])").click()
    place.page.locator(".now-stands").wait_for()


def moderated(place: Place) -> None:
    """A post reported and held, somebody warned: the moderators' pages have something on them."""
    question, answer = thread(place.world)
    people, now = place.world.people, timezone.now()
    if not answer.flags.exists():
        flags.flag(post=answer, by=people["owner"], reason="rude", comment="Sint", now=now)
        moderation.close(question=question, by=people["moderator"], reason="Utdatert", now=now)
        moderation.reopen(question=question, by=people["moderator"], now=now)
        sanctions.warn(person=people["member"], by=people["moderator"], reason="Rolig", now=now)
    place.open(reverse("moderation"))


def shown_after(go: Callable[[Place], None]) -> Callable[[Place], None]:
    def visit(place: Place) -> None:
        moderated(place)
        go(place)

    return visit


def task(place: Place) -> None:
    """A question of the community as a case of the desk."""
    place.open(reverse("desk_case", args=place.world.arguments["bridge_publish"]))


def late_answers(place: Place) -> None:
    """Official answers whose day to be confirmed has come."""
    late = timezone.localdate() - timedelta(days=3)
    Answer.objects.filter(official_team__isnull=False).update(confirm_by=late)
    place.named("bridge_official")


def too_many_tries(place: Place) -> None:
    client = Client()
    for number in range(31):
        client.post("/konto/logg-inn/", {"login": f"a{number}@x.example", "password": "feil"})
    place.open("/konto/logg-inn/")
    place.page.locator("#id_login").fill("a@x.example")
    place.page.locator("#id_password").fill("feil")
    place.send("main form")


def wrong_password(place: Place) -> None:
    place.open("/konto/logg-inn/")
    place.page.locator("#id_login").fill("a@x.example")
    place.page.locator("#id_password").fill("feil")
    place.send("main form")


def first_password(place: Place) -> None:
    person = make_user()
    person.set_unusable_password()
    person.save()
    confirm_address(person)
    place.window.sign_in(person)
    place.open("/konto/lag-passord/")


def end_membership(place: Place) -> None:
    place.open(reverse("account_end", args=[Membership.objects.get(user__name="Kari Vik").pk]))


def expired_form(place: Place) -> None:
    place.open("/hjelp/")
    place.page.locator("[name=body]").fill("Noe jeg skrev før siden ble for gammel.")
    place.window.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    place.send("form[data-ask]")


AREAS: dict[str, list[Visit]] = {
    "readers": [
        Visit("selfservice/home.html", "visitor", at("home")),
        Visit("selfservice/home.html", "owner", at("home")),
        Visit("selfservice/search.html", "visitor", at("search", "?q=svaret")),
        Visit("selfservice/search.html", "first", at("search", "?q=token&kind=ticket")),
        Visit("selfservice/search.html", "visitor", at("search", "?q=zzxqvw")),
        Visit("selfservice/search_start.html", "visitor", at("search")),
        Visit("selfservice/search_away.html", "visitor", no_engine),
        Visit("selfservice/service.html", "visitor", at("service")),
        Visit("selfservice/accessibility.html", "visitor", at("accessibility")),
        Visit("selfservice/privacy.html", "visitor", at("privacy")),
        Visit("guidance/index.html", "visitor", path("/veiledning/")),
        Visit("guidance/section.html", "visitor", section),
        Visit("guidance/article.html", "visitor", article),
        Visit("guidance/article.html", "editor", article),
        Visit("guidance/feedback.html", "visitor", refused_feedback),
        Visit("guidance/thanks.html", "visitor", at("page_feedback_thanks")),
        Visit("guidance/feedback_list.html", "editor", at("page_feedback_list")),
    ],
    "cases": [
        Visit("cases/ask.html", "visitor", path("/hjelp/?q=svaret&text=svaret+på+spørsmål")),
        Visit("cases/ask.html", "owner", refused_number),
        Visit("cases/suggestions.html", "owner", words),
        Visit("cases/details.html", "owner", details),
        Visit("cases/details.html", "member", refused_details),
        Visit("cases/check.html", "owner", check),
        Visit("cases/discard.html", "owner", at("ask_discard")),
        Visit("cases/thanks.html", "visitor", at("ask_thanks")),
        Visit("cases/receipt.html", "owner", at("my_case_receipt")),
        Visit("cases/my_cases.html", "owner", at("my_cases")),
        Visit("cases/my_cases.html", "contact", at("my_cases")),
        Visit("cases/my_cases.html", "member", at("my_cases")),
        Visit("cases/case.html", "owner", at("my_case")),
    ],
    "community": [
        Visit("community/questions.html", "visitor", at("community")),
        Visit("community/questions.html", "owner", at("community", "?tab=unanswered")),
        Visit("community/question.html", "visitor", at("community_question")),
        Visit("community/question.html", "first", at("community_question")),
        Visit("community/question.html", "moderator", at("community_question")),
        Visit("community/ask_title.html", "member", at("community_ask", "?q=token")),
        Visit("community/ask_write.html", "member", write_question),
        Visit("community/ask_check.html", "member", check_question),
        Visit("community/gone.html", "member", gone),
        Visit("community/drafts.html", "owner", at("community_drafts")),
        Visit("community/drafts.html", "editor", at("community_drafts")),
        Visit("community/edit.html", "owner", at("community_edit_question")),
        Visit("community/edit.html", "member", overtaken),
        Visit("community/history.html", "member", at("community_answer_history")),
        Visit("community/retag.html", "owner", at("community_retag")),
        Visit("community/withdraw.html", "owner", at("community_withdraw_question")),
        Visit("community/withdraw.html", "member", at("community_withdraw_answer")),
        Visit("community/profile.html", "visitor", at("community_member", "?part=answers")),
        Visit("community/edit_profile.html", "member", at("community_edit_profile")),
    ],
    "moderation": [
        Visit("moderation/rules.html", "visitor", at("house_rules")),
        Visit("moderation/report.html", "owner", at("community_report")),
        Visit("moderation/queue.html", "moderator", at("moderation")),
        Visit("moderation/queue.html", "moderator", moderated),
        Visit("moderation/log.html", "moderator", shown_after(at("moderation_log"))),
        Visit("moderation/member.html", "moderator", shown_after(at("moderation_member"))),
        Visit("moderation/member_step.html", "moderator", at("moderation_member_step")),
        Visit("moderation/post.html", "moderator", shown_after(at("moderation_post"))),
        Visit("moderation/step.html", "moderator", at("moderation_step")),
    ],
    "following": [
        Visit("following/notices.html", "owner", at("notices")),
        Visit("following/notices.html", "editor", at("notices")),
        Visit("following/digest.html", "member", at("digest")),
        Visit("following/digest.html", "member", chosen_digest),
        Visit("following/stop.html", "visitor", at("stop_mail")),
        Visit("following/stop.html", "visitor", path("/varsler/stopp/avkortet/")),
        Visit("following/stop.html", "visitor", stopped_mail),
    ],
    "bridges": [
        Visit("desk/case.html", "first", task),
        Visit("bridges/to_case.html", "owner", at("bridge_to_case")),
        Visit("bridges/to_case.html", "moderator", at("bridge_to_case")),
        Visit("bridges/article.html", "first", at("bridge_article")),
        Visit("bridges/questions.html", "editor", at("bridge_questions")),
        Visit("bridges/propose.html", "first", at("bridge_propose")),
        Visit("bridges/propose.html", "editor", at("bridge_draft")),
        Visit("bridges/proposals.html", "moderator", at("bridge_proposals")),
        Visit("bridges/proposal.html", "moderator", at("bridge_proposal")),
        Visit("bridges/proposal.html", "first", at("bridge_proposal")),
        Visit("bridges/official.html", "first", late_answers),
        Visit("bridges/withdraw_mark.html", "first", at("bridge_withdraw_mark")),
    ],
    "desk": [
        Visit("desk/queue.html", "first", at("desk")),
        Visit("desk/queue.html", "second", at("desk")),
        Visit("desk/queue.html", "first", at("desk", "?view=mine&priority=P1&x=1")),
        Visit("desk/queue.html", "first", keys),
        Visit("desk/queue.html", "first", chosen_rows),
        Visit("desk/several.html", "first", merged_at_once),
        Visit("desk/case.html", "first", at("desk_case")),
        Visit("desk/case.html", "first", at("desk_case", "?tab=note")),
        Visit("desk/case.html", "manager", at("desk_case")),
        Visit("desk/case.html", "first", refused_answer),
        *[
            Visit("desk/step.html", "first", step(slug))
            for slug in ("tildel", "produkt", "prioritet", "send-videre", "spor-om-rad")
        ],
        Visit("desk/step.html", "first", step("duplikat")),
        Visit("desk/step.html", "first", step("ikke-en-sak")),
        Visit("desk/new_case.html", "first", at("desk_new")),
        Visit("desk/own_view.html", "first", at("desk_view_new", "?view=all&priority=P1")),
        Visit("desk/own_view.html", "first", at("desk_view")),
        Visit("desk/queue.html", "first", path("/desk/?view=all&priority=P3")),
        Visit("desk/keys.html", "first", at("desk_keys")),
        Visit("desk/labelling.html", "first", at("desk_labelling")),
        Visit("desk/label.html", "first", at("desk_label")),
        Visit("desk/signed_out.html", "first", signed_out),
    ],
    "reports and operations": [
        Visit("insight/overview.html", "manager", at("reports")),
        *[
            Visit("insight/report.html", "manager", path(f"/rapporter/{purpose}/"))
            for purpose in BY_ADDRESS
        ],
        Visit("insight/cases.html", "manager", at("report_cases")),
        Visit("evaluation/overview.html", "first", at("evaluation")),
        Visit("evaluation/trials.html", "administrator", at("trials")),
        Visit("evaluation/trial.html", "manager", at("trial")),
        Visit("evaluation/target.html", "first", path("/treffsikkerhet/sakstype/")),
        Visit("oversight/samples.html", "manager", at("reviews")),
        Visit("oversight/samples.html", "first", at("reviews")),
        Visit("oversight/answer.html", "manager", at("review_answer")),
        Visit("oversight/assess.html", "first", at("assess_case")),
        Visit("insight/breach.html", "manager", at("report_breach")),
        Visit("insight/months.html", "manager", at("report_months")),
        Visit("insight/month.html", "manager", at("report_month")),
        Visit("insight/delivery_list.html", "manager", at("delivery_reports")),
        Visit("insight/delivery.html", "manager", at("delivery_report")),
        Visit("insight/delivery.html", "contact", at("delivery_report")),
        Visit("rules/rules.html", "manager", at("rules")),
        Visit("rules/change.html", "manager", at("rules_change")),
        Visit("rules/calendar.html", "manager", at("rules_calendar")),
        Visit("rules/calendar.html", "manager", tried_date),
        Visit("rules/calendar_edit.html", "manager", at("rules_calendar_edit")),
        Visit("rules/calendar_new.html", "manager", at("rules_calendar_new")),
        Visit("rules/calendar_rename.html", "manager", at("rules_calendar_rename")),
        Visit("rules/calendar_retire.html", "manager", at("rules_calendar_retire")),
        Visit("rules/calendar_restore.html", "manager", at("rules_calendar_restore")),
        Visit("rules/calendar_edit.html", "manager", looked_at_changes),
        Visit("rules/promises.html", "manager", at("rules_promises")),
        Visit("rules/promises.html", "manager", looked_at_promises),
        Visit("rules/promises.html", "manager", tried_case),
        Visit("rules/promises.html", "manager", refused_promise),
        Visit("rules/terms.html", "manager", at("rules_terms")),
        Visit("rules/terms_version.html", "manager", at("rules_terms_version")),
        Visit("rules/terms_new.html", "manager", at("rules_terms_new")),
        Visit("rules/terms_new.html", "manager", looked_at_terms),
        Visit("rules/what_ifs.html", "manager", at("rules_what_ifs")),
        Visit("rules/what_if.html", "manager", at("rules_what_if")),
        Visit("rules/escalations.html", "manager", at("rules_escalations")),
        Visit("rules/agreements.html", "manager", at("rules_agreements")),
        Visit("rules/escalations.html", "manager", looked_at_escalations),
        Visit("operations/overview.html", "administrator", at("operations")),
        Visit("operations/mails.html", "administrator", at("operations_mails")),
        Visit("operations/mail.html", "administrator", at("operations_mail")),
        Visit("operations/classifier.html", "administrator", at("operations_classifier")),
        Visit("operations/people.html", "administrator", at("operations_people")),
        Visit("operations/person.html", "administrator", at("operations_person")),
        Visit("operations/person.html", "administrator", refused_duties),
        Visit("operations/person_new.html", "administrator", at("operations_person_new")),
        Visit("operations/person_close.html", "administrator", at("operations_person_close")),
    ],
    "signing in": [
        Visit("account/login.html", "visitor", at("account_login")),
        Visit("account/login.html", "visitor", wrong_password),
        Visit("account/signup.html", "visitor", at("account_signup")),
        Visit("account/logout.html", "owner", at("account_logout")),
        Visit("account/account_inactive.html", "visitor", at("account_inactive")),
        Visit("account/verification_sent.html", "visitor", at("account_email_verification_sent")),
        Visit("account/email_confirm.html", "visitor", at("account_confirm_email")),
        Visit("account/password_reset.html", "visitor", at("account_reset_password")),
        Visit("account/password_reset_done.html", "visitor", at("account_reset_password_done")),
        Visit(
            "account/password_reset_from_key.html",
            "visitor",
            at("account_reset_password_from_key"),
        ),
        Visit(
            "account/password_reset_from_key_done.html",
            "visitor",
            at("account_reset_password_from_key_done"),
        ),
        Visit("account/password_change.html", "owner", at("account_change_password")),
        Visit("account/password_set.html", "visitor", first_password),
        Visit("429.html", "visitor", too_many_tries),
    ],
    "people": [
        Visit("account/my_page.html", "owner", at("account")),
        Visit("account/my_page.html", "administrator", at("account")),
        Visit("account/join.html", "member", at("account_join")),
        Visit("account/requests.html", "contact", at("account_requests")),
        Visit("account/decline.html", "contact", at("account_decline")),
        Visit("account/organisation.html", "contact", at("account_organisation")),
        Visit("account/terms.html", "contact", at("account_terms")),
        Visit("account/invite.html", "contact", at("account_invite")),
        Visit("account/roles.html", "contact", at("account_roles")),
        Visit("account/end.html", "contact", end_membership),
        Visit("account/leave.html", "owner", at("account_leave")),
        Visit("account/invitation.html", "visitor", at("account_invitation")),
    ],
    "what went wrong": [
        Visit("errors/400.html", "visitor", path("/t/strange/")),
        Visit("errors/403.html", "member", at("operations")),
        Visit("errors/404.html", "visitor", path("/finnes-ikke/svaret/")),
        Visit("errors/500.html", "visitor", path("/t/breaks/")),
        Visit("errors/csrf.html", "visitor", expired_form),
    ],
}


def test_every_template_is_visited():
    known = {visit.template for visits in AREAS.values() for visit in visits}
    assert len(known) > 60
    assert pages() - known == set(), "Add a visit to the page in AREAS"
    assert known - pages() == set(), "These templates are gone"


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_setup, django_db_blocker) -> tuple[World, dict[str, object]]:
    """The world all areas look at, and its settings."""
    with (
        kept_site(tmp_path_factory.mktemp("site"), django_db_blocker) as settings,
        translation.override("nb"),
    ):
        yield populated(), settings


def populated() -> World:
    """One of each thing, a case that has been talked about, and an index of it all."""
    world = make_world()
    for name in ("desk_new", "desk_keys", "desk_labelling", "desk_view_new"):
        world.arguments[name] = ()
    (number,) = world.arguments["desk_case"]
    ticket = Ticket.objects.get(pk=number)
    first, now = world.people["first"], timezone.now()
    services.take_ticket(ticket=ticket, by=first, now=now)
    services.add_note(ticket=ticket, by=first, body="Ser på loggen.", now=now)
    services.reply(ticket=ticket, by=first, body="Se https://x.example/" + "a" * 90, now=now)
    services.ask_back(
        ticket=ticket, by=first, body="Hvilket miljø?", now=now + timedelta(seconds=1)
    )
    _question, answer = thread(world)
    community.accept_answer(answer=answer, by=answer.question.asker, now=now)
    rebuild()
    return world


def look(place: Place, visit: Visit) -> list[str]:
    """Everything wrong with one page."""
    page, faults = place.page, []
    seen: list[str] = []

    def note(template, **_more) -> None:
        seen.append(template.name)

    template_rendered.connect(note)
    try:
        visit.go(place)
    finally:
        template_rendered.disconnect(note)
    if visit.template not in seen:
        return [f"was not shown, but {[name for name in seen if name in pages()]} at {page.url}"]
    page.evaluate(AXE.axe_script)
    for scheme, rules in (("light", ""), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        found = AxeResults(page.evaluate(f"axe.run({{{rules} resultTypes: ['violations']}})"))
        if found.violations_count:
            faults.append(f"{scheme}: {found.generate_report()}")
    page.emulate_media(color_scheme="light")
    for width in (*OTHER_WIDTHS, NARROW["width"]):
        page.set_viewport_size({**NARROW, "width": width})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{wide} px wide in a window of {width}: {widest(page)}")
    page.set_viewport_size(WIDE)
    return faults + place.window.complaints


def widest(page) -> str:
    """The element that reaches furthest out."""
    return page.evaluate(
        """() => [...document.querySelectorAll('main *, header *, footer *')]
            .map(e => [e.getBoundingClientRect().right, e.outerHTML.slice(0, 120)])
            .sort((a, b) => b[0] - a[0])[0].join(' ')"""
    )


@pytest.mark.parametrize("area", AREAS)
def test_no_page_breaks_a_rule_or_scrolls_sideways(chromium, live_server, site, settings, area):
    world, kept = site
    take_over(settings, kept)
    window = Window(chromium, live_server, viewport=WIDE)
    place = Place(window, world, settings, kept["DATA_DIR"])
    faults: dict[str, list[str]] = {}
    for visit in AREAS[area]:
        person = world.people[visit.role]
        window.begin_anew(person if person.is_authenticated else None)
        found = look(place, visit)
        if found:
            faults[f"{visit.template} for {visit.role}: {window.page.url}"] = list(found)
    assert not faults, "\n".join(
        f"{name}\n  " + "\n  ".join(map(str, f)) for name, f in faults.items()
    )
