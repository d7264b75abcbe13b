"""Case numbers in addresses."""

import pytest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from portal.case_numbers import CaseNumber


@pytest.mark.parametrize(
    ("number", "shown"), [(1, "V-00001"), (12345, "V-12345"), (1234567, "V-1234567")]
)
def test_number_and_id_lead_to_each_other(number, shown):
    assert CaseNumber().to_url(number) == shown
    assert CaseNumber().to_python(shown) == number
    assert resolve(reverse("desk_case", args=[number])).kwargs == {"ticket_id": number}


@pytest.mark.parametrize(
    "written", ["12", "V-1", "v-00012", "V-0001x", "V-" + "1" * 13, "V-00001%20", "V--0001"]
)
def test_what_is_no_case_number_leads_nowhere(written):
    with pytest.raises(Resolver404):
        resolve(f"/desk/saker/{written}/")


def test_text_in_place_of_an_id_is_refused():
    with pytest.raises((NoReverseMatch, ValueError)):
        reverse("desk_case", args=["<script>"])
