"""Guesses about cases: how a classifier learns, what it says, and how it becomes better.

`labels` and `models` say what may be guessed and what is stored. Each package knows those above it:

- `learner`: the committee itself, pure: it knows texts and labels, and neither cases nor Django;
- `corpus`: the texts that are learnt from, of the sample and of the site's own cases;
- `artifacts`: trained classifiers in their files, and which of them is in use;
- `predictions`: what the one in use says; `decisions`: what people decide;
- `evaluation`: how good guesses are;
- `training`: making a classifier, and putting a better one to use; `monitoring`: when one has
  become worse.
"""
