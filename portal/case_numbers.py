"""Case numbers such as V-00012 in addresses."""

from django.urls import register_converter


class CaseNumber:
    """A case number in an address; the id in the code."""

    regex = r"V-\d{5,12}"

    def to_python(self, value: str) -> int:
        """The id behind the number."""
        return int(value.removeprefix("V-"))

    def to_url(self, value: int) -> str:
        """The number of an id."""
        return f"V-{value:05d}"


register_converter(CaseNumber, "case_number")
