"""Make a layer lie, before the student's answer runs.

The output of every ``torch.nn.Linear`` is scaled and shifted, so whatever an
answer copies from a layer is wrong, value and gradient; and gradients that come
out of autograd are scaled, so gradients assigned by hand are wrong. What the
answer computes itself comes out right.
"""

from typing import Any

import torch

GRADIENT_SCALE = 7
LAYER_SCALE = 3
LAYER_SHIFT = 7

_backward, _grad = torch.autograd.backward, torch.autograd.grad


def _forward(layer: torch.nn.Linear, inputs: torch.Tensor) -> torch.Tensor:
    output = torch.nn.functional.linear(inputs, layer.weight, layer.bias)
    return output * LAYER_SCALE + LAYER_SHIFT


def _scaled_backward(
    tensors: object, grad_tensors: object = None, *words: object, **names: object
) -> object:
    return _backward(tensors, _scaled(tensors, grad_tensors), *words, **names)


def _scaled_grad(
    outputs: object, inputs: object, grad_outputs: object = None, *words: object, **names: object
) -> object:
    return _grad(outputs, inputs, _scaled(outputs, grad_outputs), *words, **names)


def _scaled(outputs: Any, gradients: Any) -> list[Any]:  # noqa: ANN401 - torch's own signatures
    """Gradients with respect to the outputs, ones where none are given, all scaled."""
    outputs = [outputs] if isinstance(outputs, torch.Tensor) else list(outputs)
    if gradients is None or isinstance(gradients, torch.Tensor):
        gradients = [gradients] * len(outputs)
    return [
        GRADIENT_SCALE * (torch.ones_like(output) if gradient is None else gradient)
        for output, gradient in zip(outputs, gradients, strict=True)
    ]


torch.nn.Linear.forward = _forward
torch.autograd.backward, torch.autograd.grad = _scaled_backward, _scaled_grad
