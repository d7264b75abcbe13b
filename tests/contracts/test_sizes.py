"""Functions and modules stay small enough to read in one go."""

import ast
from statistics import quantiles

from tests.contracts.source import python_files, short

FUNCTION_P90, FUNCTION_MOST, MODULE_MOST = 25, 60, 500


def functions() -> dict[str, int]:
    """Lines of each function of the product, docstring included, decorators not."""
    lengths = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{short(path)}:{node.lineno} {node.name}"
                lengths[name] = node.end_lineno - node.lineno + 1
    return lengths


def test_nine_functions_in_ten_have_at_most_25_lines_and_none_more_than_60():
    lengths = functions()
    assert len(lengths) > 500
    assert {name: size for name, size in lengths.items() if size > FUNCTION_MOST} == {}
    assert quantiles(lengths.values(), n=10)[-1] <= FUNCTION_P90


def test_no_module_has_more_than_500_lines():
    lengths = {short(path): path.read_text().count("\n") for path in python_files()}
    assert {name: size for name, size in lengths.items() if size > MODULE_MOST} == {}


def test_no_module_is_a_drawer_for_everything():
    drawers = {"utils.py", "helpers.py", "misc.py", "common.py"}
    assert [short(path) for path in python_files() if path.name in drawers] == []
