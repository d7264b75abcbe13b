"""Why a trained classifier is not used. Apart from the artefact, so that naming them is cheap."""


class ArtifactRefused(Exception):
    """The file is not used; the message says why and what to do."""


class ArtifactMissing(ArtifactRefused):
    """There is no trained classifier yet."""
