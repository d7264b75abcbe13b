"""What a person may find, as tokens the search index stores beside each document.

The tokens narrow a search inside the engine; `visible_to(user)` decides again on every hit. A
document is found by whoever shares one token with it.
"""

PUBLIC = "public"
SIGNED_IN = "signed-in"
WRITER = "writer"
DESK = "desk"
SECURITY = "security"


def user_token(user_id: int) -> str:
    """For documents one person may see."""
    return f"user:{user_id}"


def team_token(team_id: int) -> str:
    """For documents a team may see."""
    return f"team:{team_id}"


def organisation_token(organisation_id: int) -> str:
    """For documents an organisation's contacts may see."""
    return f"org:{organisation_id}"


def incident_token(organisation_id: int) -> str:
    """For security cases, which only an organisation's incident contacts may see."""
    return f"org-incident:{organisation_id}"


def group_token(group_id: int) -> str:
    """For pages that only the members of a group may read."""
    return f"group:{group_id}"


def reading_tokens_for(user) -> frozenset[str]:
    """The tokens of what is written for many to read, guidance and questions; none of cases."""
    if not user.is_authenticated or not user.is_active:
        return frozenset({PUBLIC})
    tokens = {PUBLIC, SIGNED_IN, *(group_token(each) for each in user.own_groups)}
    return frozenset(tokens | {WRITER} if user.is_editor or user.is_administrator else tokens)


def tokens_for(user) -> frozenset[str]:
    """Every token the person holds; visitors hold only the public one.

    What it rests on is read once for each loaded user, in one statement.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset({PUBLIC})
    tokens = {*reading_tokens_for(user), user_token(user.pk)}
    tokens |= {organisation_token(each) for each in user.contact_organisation_ids}
    tokens |= {incident_token(each) for each in user.incident_organisation_ids}
    tokens |= {team_token(each) for each in user.team_lines}
    if user.is_first_line or user.is_manager:
        tokens.add(DESK)
    if user.handles_security:
        tokens.add(SECURITY)
    return frozenset(tokens)
