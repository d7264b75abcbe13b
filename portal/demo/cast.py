"""Who asks: the sample's people by the kind of organisation they ask for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from markup.written import read_yaml
from portal.demo.families import Wording

GENERIC = {"kommune", "fylkeskommune", "statens", "direktoratet", "for", "systemhuset", "kultur"}
WITHOUT_ACCOUNT = {"business_user": "business", "private_user": "private"}
SHORTEST_WORD = 5  # letters; shorter words of a name say too little


@dataclass(frozen=True)
class Asker:
    """Somebody with a question: a member of an organisation, or a name and an address."""

    name: str
    email: str
    language: str = "nb"
    organisation: str = ""
    segment: str = ""

    @property
    def has_account(self) -> bool:
        """Whether they can sign in and follow the case."""
        return bool(self.organisation)


class Cast:
    """Everybody who may ask."""

    def __init__(self, askers: Sequence[Asker], contacts: dict[str, list[Asker]]) -> None:
        self.askers = askers
        self.contacts = contacts

    def for_wording(self, wording: Wording, chance: Random) -> Asker:
        """Somebody who could have written this: from the organisation it names, if it does."""
        if wording.segment in WITHOUT_ACCOUNT:
            return chance.choice(self.contacts[WITHOUT_ACCOUNT[wording.segment]])
        able = self.able_to_write(wording)
        same = [asker for asker in able if asker.language == wording.language]
        return chance.choice(same if same and chance.random() < 0.8 else able)

    def able_to_write(self, wording: Wording) -> list[Asker]:
        """The members who could have written this."""
        able = [asker for asker in self.askers if asker.segment == wording.segment]
        text = f"{wording.subject} {wording.body}".lower()
        named = [asker for asker in able if any(word in text for word in _words(asker))]
        return named or able

    @property
    def guest(self) -> Asker:
        """Who visitors of a trial site sign in as to ask for help: the first of the list."""
        return self.askers[0]

    def colleague_of(self, asker: Asker, chance: Random) -> Asker:
        """Somebody else in the same organisation; the same person when there is nobody else."""
        others = [
            each
            for each in self.askers
            if each.organisation == asker.organisation and each.email != asker.email
        ]
        return chance.choice(others) if asker.has_account and others else asker


def _words(asker: Asker) -> list[str]:
    """The words an organisation is known by, such as «tindvik»."""
    words = asker.organisation.lower().split()
    return [word for word in words if len(word) >= SHORTEST_WORD and word not in GENERIC]


def read_cast(sample: Path) -> Cast:
    """The members of the sample's organisations, and the people who write without an account."""
    segments = {row["name"]: row["segment"] for row in _read(sample / "organisations.yaml")}
    askers = [
        Asker(row["name"], row["email"], row["language"], place["of"], segments[place["of"]])
        for row in _read(sample / "people.yaml")
        for place in row.get("member", ())
    ]
    contacts = _read(sample / "case_words.yaml")["contacts"]
    return Cast(askers, {kind: [Asker(**row) for row in rows] for kind, rows in contacts.items()})


def _read(path: Path):
    return read_yaml(path.read_text(encoding="utf-8"))
