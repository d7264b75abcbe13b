"""How good guesses are: on held-out families, on real cases, and on texts from files."""
