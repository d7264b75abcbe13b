"""How a classifier is made, and how a better one is found and put to use."""
