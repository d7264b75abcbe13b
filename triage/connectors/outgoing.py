"""What outside systems should be told. No CRM is connected yet: the rows wait in the outbox.

There is one waiting row for each ticket that has changed, not one for each change: whoever
connects a CRM reads the ticket as it is then.
"""

from dispatch import outbox

CRM = "crm"


def hold_for_crm() -> None:
    """Let the rows for the CRM wait until there is a connector to handle them."""
    outbox.hold(CRM)
