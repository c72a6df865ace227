"""Run a student's program again with other numbers, and beside a layer that lies.

Hidden tests of questions about ``torch.nn.Linear`` call ``run_again``. The values
which the question gives are replaced where the program assigns them, so numbers
written into the program give themselves away. During the second run a layer's
output is scaled and shifted, so whatever is copied from the layer is wrong; and
gradients that come out of autograd are scaled, so gradients assigned by hand are
wrong. What the program computes itself comes out right.
"""

import ast
import contextlib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch

GRADIENT_SCALE = 7
LAYER_SCALE = 3
LAYER_SHIFT = 7

_GIVE = "__give__"

Numbers = list[list[float]]


class _MarkGiven(ast.NodeTransformer):
    """Pass what is assigned to a given name through ``__give__``."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, ast.Name) and target.id in self.names:
            give = ast.Name(_GIVE, ast.Load())
            node.value = ast.Call(give, [ast.Constant(target.id), node.value], [])
        return node


def run_again(
    program: str, original: Mapping[str, Numbers], given: Mapping[str, Numbers]
) -> dict[str, Any]:
    """The variables of a program after a run in which given values replace the original ones.

    An assignment is replaced only if it has the original value, so the program may
    go on and transform it under the same name. Whatever it raises after computing
    its result (as by comparing it with the layer) does not matter here; ``assert``
    is left out for the same reason.
    """

    def give(name: str, value: object) -> object:
        if isinstance(value, torch.Tensor) and value.tolist() == original[name]:
            with torch.no_grad():
                value.copy_(torch.tensor(given[name]))
        return value

    tree = ast.fix_missing_locations(_MarkGiven(set(given)).visit(ast.parse(program)))
    variables: dict[str, Any] = {"__name__": "__main__", _GIVE: give}
    quiet = io.StringIO()
    with _decoys(), contextlib.redirect_stdout(quiet), contextlib.suppress(Exception):
        exec(compile(tree, "answer", "exec", optimize=1), variables)  # noqa: S102 - its purpose
    return variables


def show(value: object, shape: Sequence[int]) -> None:
    """Print a result's numbers, broadcast as a comparison with the layer's would be."""
    print(torch.as_tensor(value).detach().broadcast_to(shape).tolist())  # noqa: T201 - the output


@contextlib.contextmanager
def _decoys() -> Iterator[None]:
    forward = torch.nn.Linear.forward
    backward, grad = torch.autograd.backward, torch.autograd.grad

    def decoy_forward(layer: torch.nn.Linear, inputs: torch.Tensor) -> torch.Tensor:
        output = torch.nn.functional.linear(inputs, layer.weight, layer.bias)
        return output * LAYER_SCALE + LAYER_SHIFT

    def decoy_backward(
        tensors: object, grad_tensors: object = None, *args: object, **kwargs: object
    ) -> object:
        return backward(tensors, _scaled(tensors, grad_tensors), *args, **kwargs)

    def decoy_grad(
        outputs: object,
        inputs: object,
        grad_outputs: object = None,
        *args: object,
        **kwargs: object,
    ) -> object:
        return grad(outputs, inputs, _scaled(outputs, grad_outputs), *args, **kwargs)

    torch.nn.Linear.forward = decoy_forward
    torch.autograd.backward, torch.autograd.grad = decoy_backward, decoy_grad
    try:
        yield
    finally:
        torch.nn.Linear.forward = forward
        torch.autograd.backward, torch.autograd.grad = backward, grad


def _scaled(outputs: Any, gradients: Any) -> list[Any]:  # noqa: ANN401 - torch's own signatures
    """Gradients with respect to the outputs, ones where none are given, all scaled."""
    outputs = [outputs] if isinstance(outputs, torch.Tensor) else list(outputs)
    if gradients is None or isinstance(gradients, torch.Tensor):
        gradients = [gradients] * len(outputs)
    return [
        GRADIENT_SCALE * (torch.ones_like(output) if gradient is None else gradient)
        for output, gradient in zip(outputs, gradients, strict=True)
    ]
