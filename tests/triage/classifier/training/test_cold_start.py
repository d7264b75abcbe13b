"""Twenty cases of each label, and what labels mean, are enough to begin with."""

from collections import Counter

import numpy as np

from tests.triage.classifier.trained import SAMPLE, SMALL
from triage.classifier.corpus import samples
from triage.classifier.learner.thresholds import speaks
from triage.classifier.training.fitting import train

CASES = 20


def test_a_classifier_of_few_cases_is_right_when_it_speaks_of_products():
    counts, cases = Counter(), []
    for case in samples.read_families(SAMPLE / "train"):
        kind = case.labels.get("product") or case.labels["case_type"]
        counts[kind] += 1
        cases += [case] if counts[kind] <= CASES else []
    trained = train(cases, samples.read_hints(), samples.read_concepts(), plan=SMALL)
    held = [case for case in samples.read_families(SAMPLE / "heldout") if "product" in case.labels]
    held = held[::3]
    answers = [each["product"] for each in trained.committee.answer([case.read for case in held])]
    spoken = np.array([speaks(each, trained.thresholds["product"]) for each in answers])
    right = np.array(
        [each.label == case.labels["product"] for each, case in zip(answers, held, strict=True)]
    )
    assert spoken.mean() >= 0.6
    assert right[spoken].mean() >= 0.8
