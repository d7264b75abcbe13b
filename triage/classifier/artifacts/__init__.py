"""Trained classifiers in their files: which is in use, which lie aside, which were before."""
