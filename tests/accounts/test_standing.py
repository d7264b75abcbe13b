"""What a person is part of: groups, teams and contact roles, read by one statement."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import ContactRole
from accounts.standing import Standing, standing_of
from accounts.visibility import reading_tokens_for, tokens_for
from tests.factories import make_membership, make_organisation, make_team, make_user

pytestmark = pytest.mark.django_db


def test_nobody_is_part_of_anything_at_first(django_assert_num_queries):
    user = make_user()
    with django_assert_num_queries(1):
        assert standing_of(user.pk) == Standing()
    assert standing_of(user.pk + 1) == Standing()


def test_everything_is_read_by_one_statement_and_nothing_of_others(django_assert_num_queries):
    user, other = make_user(groups=("editor",)), make_user(groups=("moderator",))
    first, second = make_team(line="first"), make_team(line="second")
    first.members.add(user, other)
    second.members.add(other)
    ours, theirs = make_organisation(), make_organisation()
    make_membership(user, ours, roles=(ContactRole.INCIDENT, ContactRole.ORDERING))
    make_membership(other, theirs, roles=(ContactRole.INCIDENT,))
    with django_assert_num_queries(1):
        found = standing_of(user.pk)
    assert found.groups == {Group.objects.get(name="editor").pk: "editor"}
    assert found.team_lines == {first.pk: "first"}
    assert found.contact_roles == {
        (ours.pk, ContactRole.INCIDENT),
        (ours.pk, ContactRole.ORDERING),
    }
    assert found.handles_security is False


def test_one_team_that_handles_security_is_enough():
    user = make_user()
    for team in (make_team(), make_team(handles_security=True), make_team()):
        team.members.add(user)
    assert standing_of(user.pk).handles_security is True
    assert User.objects.get(pk=user.pk).handles_security is True


@pytest.mark.parametrize("status", [each for each in Membership.Status if each != "active"])
def test_contact_roles_count_only_while_the_membership_is_active(status):
    user = make_user()
    membership = make_membership(user, make_organisation(), roles=(ContactRole.INCIDENT,))
    assert standing_of(user.pk).contact_roles
    decided = None if status == Membership.Status.REQUESTED else timezone.now()
    Membership.objects.filter(pk=membership.pk).update(status=status, decided_at=decided)
    assert standing_of(user.pk).contact_roles == frozenset()


def test_the_tokens_for_reading_are_those_that_open_no_case():
    editor = make_user(groups=("editor",))
    team = make_team(line="first", handles_security=True)
    team.members.add(editor)
    make_membership(editor, make_organisation(), roles=(ContactRole.INCIDENT,))
    group = Group.objects.get(name="editor").pk
    reading = reading_tokens_for(editor)
    assert reading == {"public", "signed-in", "writer", f"group:{group}"}
    cases = {each.partition(":")[0] for each in tokens_for(editor) - reading}
    assert cases == {"user", "team", "org", "org-incident", "desk", "security"}


def test_visitors_and_people_who_are_shut_out_read_what_is_public_alone():
    shut_out = make_user(groups=("editor",), is_active=False)
    for user in (AnonymousUser(), shut_out):
        assert reading_tokens_for(user) == tokens_for(user) == {"public"}
