"""Packages and, with --translations, compiled catalogues: what an image is built of."""

import sys

from bootstrap import (
    StepFailed,
    Steps,
    compile_messages,
    install_front_end,
    install_python_packages,
    make_environment,
    say,
)


def main() -> int:
    """Install; 1 when a step failed."""
    steps, remedy = Steps(), "read the message above and build again."
    try:
        if "--translations" in sys.argv[1:]:
            steps.run("Compile translations", compile_messages, remedy=remedy)
            return 0
        steps.run("Make the virtual environment", make_environment, remedy=remedy)
        steps.run(
            "Install Python packages",
            lambda: install_python_packages(development=False),
            remedy=remedy,
        )
        steps.run("Install front-end packages", install_front_end, remedy=remedy)
    except StepFailed as failure:
        say(f"\n{failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
