"""Tests of one group, and those of a module that builds something once, share a process."""

import os

import pytest


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    """A file in this process's own folder."""
    return tmp_path_factory.mktemp("once")


def _processes(folder, name: str) -> set[str]:
    """The processes that have run tests of that name so far, this one among them."""
    with open(folder / name, "a+", encoding="utf-8") as file:
        print(os.getpid(), file=file, flush=True)
        file.seek(0)
        return set(file.read().split())


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory):
    """The same folder for all processes of a run, and of no other run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.mark.parametrize("number", range(6))
def test_what_is_built_once_for_a_module_is_built_by_one_process(built_once, shared_folder, number):
    assert len(_processes(shared_folder, "built-once")) == 1


@pytest.mark.xdist_group("kept together")
@pytest.mark.parametrize("number", range(6))
def test_tests_of_a_group_are_run_by_one_process(shared_folder, number):
    assert len(_processes(shared_folder, "of-a-group")) == 1
