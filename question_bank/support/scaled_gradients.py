"""Scale the gradients that autograd finds, before the student's answer runs.

A gradient written down by a formula is then wrong: it misses the factor. Only
gradients of leaves are scaled, so one that is handed on from ``grad`` to
``backward`` is not scaled twice, and one finished by hand is not scaled at all.
"""

from collections.abc import Sequence
from typing import TypeAlias

import torch

GRADIENT_SCALE = 7

_backward, _grad = torch.autograd.backward, torch.autograd.grad

Tensors: TypeAlias = "torch.Tensor | Sequence[torch.Tensor]"


def _scaled_backward(
    tensors: Tensors, grad_tensors: object = None, *words: object, **names: object
) -> None:
    """Start from scaled gradients of the outputs: those of all leaves are linear in them."""
    outputs = _sequence(tensors)
    given = [None] * len(outputs) if grad_tensors is None else _sequence(grad_tensors)
    scaled = [
        GRADIENT_SCALE * (torch.ones_like(output) if gradient is None else gradient)
        for output, gradient in zip(outputs, given, strict=True)
    ]
    _backward(outputs, scaled, *words, **names)


def _scaled_grad(
    outputs: Tensors, inputs: Tensors, *words: object, **names: object
) -> tuple[torch.Tensor | None, ...]:
    inputs = _sequence(inputs)
    return tuple(
        GRADIENT_SCALE * gradient if gradient is not None and source.is_leaf else gradient
        for source, gradient in zip(inputs, _grad(outputs, inputs, *words, **names), strict=True)
    )


def _sequence(tensors: Tensors) -> list[torch.Tensor]:
    """One tensor or several, as torch takes them."""
    return [tensors] if isinstance(tensors, torch.Tensor) else list(tensors)


torch.autograd.backward, torch.autograd.grad = _scaled_backward, _scaled_grad
