"""Spoil a sample answer in small ways: tests that mean something refuse every one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Mutant", "mutants", "same_program"]

_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_NAMES = {"sum": "mean", "mean": "sum", "max": "min", "min": "max", "ones": "zeros"}
_TRANSPOSED = {"T", "mT"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A spoiled answer.

    Attributes:
        line: Where it is spoiled.
        change: What was written there, and what stands there now.
        program: The whole answer.
    """

    line: int
    change: str
    program: str


def mutants(answer: str, given: str) -> Iterator[Mutant]:
    """Every mutant of an answer; statements that the question gives are left alone.

    An answer that is no Python has none.
    """
    try:
        body = ast.parse(answer).body
    except SyntaxError:
        return
    known = _statements(given)
    for statement in body:
        if ast.dump(statement) in known:
            continue
        yield _spoiled(answer, statement, "pass")
        for node in ast.walk(statement):
            for other in _others(node):
                yield _spoiled(answer, node, ast.unparse(other))


def same_program(one: str, other: str) -> bool:
    """Whether two programs differ in nothing but layout and comments."""
    try:
        # As a file's bytes, which may begin with a byte order mark.
        one_tree, other_tree = ast.parse(one.encode()), ast.parse(other.encode())
    except SyntaxError:
        return False
    return ast.dump(one_tree) == ast.dump(other_tree)


def _statements(program: str) -> set[str]:
    try:
        return {ast.dump(statement) for statement in ast.parse(program).body}
    except SyntaxError:
        return set()


def _others(node: ast.AST) -> Iterator[ast.expr]:
    """What may stand in place of an expression."""
    match node:
        case ast.BinOp(left, operator, right):
            if swapped := _OPERATORS.get(type(operator)):
                yield ast.BinOp(left, swapped(), right)
            yield from (left, right)
        case ast.UnaryOp(ast.USub(), operand):
            yield operand
        case ast.Compare(left, [comparison], right) if type(comparison) in _COMPARISONS:
            yield ast.Compare(left, [_COMPARISONS[type(comparison)]()], right)
        case ast.Attribute(value, name) if name in _TRANSPOSED:
            yield value
        case ast.Call(ast.Attribute(value, name), words, named):
            if name in _NAMES:
                yield ast.Call(ast.Attribute(value, _NAMES[name]), words, named)
            yield value
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield ast.Constant(value + 1)


def _spoiled(program: str, node: ast.stmt | ast.AST, text: str) -> Mutant:
    """The program with other text in the place of a node."""
    if not isinstance(node, ast.stmt | ast.expr):
        raise TypeError("only statements and expressions have a place")
    starts = [0]
    for line in program.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    start = starts[node.lineno - 1] + node.col_offset
    end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    whole = program.encode()
    inserted = text if isinstance(node, ast.stmt) else f"({text})"
    spoiled = (whole[:start] + inserted.encode() + whole[end:]).decode()
    return Mutant(node.lineno, f"{whole[start:end].decode()} → {text}", spoiled)
