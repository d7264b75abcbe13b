"""The learner: what a committee is made of, how it learns, and how sure it is. Pure."""
