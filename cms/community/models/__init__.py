"""The tables of the community, by what they are about."""

from cms.community.models.following import Follow, Notice, Subscription
from cms.community.models.log import CommunityEvent, LogIsAppendOnly
from cms.community.models.members import Flag, Member, Sanction
from cms.community.models.posts import (
    IN_SIGHT,
    LONGEST_BODY,
    LONGEST_REASON,
    LONGEST_TITLE,
    Answer,
    HeldFor,
    Mention,
    MeToo,
    Post,
    Question,
    QuestionQuerySet,
    Vote,
)
from cms.community.models.rules import HouseRules
from cms.community.models.writing import Edit, Hint, PostDraft, PostFile

__all__ = [
    "IN_SIGHT",
    "LONGEST_BODY",
    "LONGEST_REASON",
    "LONGEST_TITLE",
    "Answer",
    "CommunityEvent",
    "Edit",
    "Flag",
    "Follow",
    "HeldFor",
    "Hint",
    "HouseRules",
    "LogIsAppendOnly",
    "MeToo",
    "Member",
    "Mention",
    "Notice",
    "Post",
    "PostDraft",
    "PostFile",
    "Question",
    "QuestionQuerySet",
    "Sanction",
    "Subscription",
    "Vote",
]
