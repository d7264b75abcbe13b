"""Week by week: how guesses go, and who is told when they have become worse."""
