"""Case numbers such as V-00012 in addresses."""

from django.urls import register_converter

from triage.tickets.references import WRITTEN, number_alone, reference_of


class CaseNumber:
    """A case number in an address; the id in the code."""

    regex = WRITTEN

    def to_python(self, value: str) -> int:
        """The id behind the number."""
        return number_alone(value)

    def to_url(self, value: int) -> str:
        """The number of an id."""
        return reference_of(value)


register_converter(CaseNumber, "case_number")
