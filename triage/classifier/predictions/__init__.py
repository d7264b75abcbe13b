"""What the classifier in use says of a case or a text."""
