"""Make a layer lie, before the student's answer runs.

The output of every ``torch.nn.Linear`` is scaled and shifted, so whatever an
answer copies from a layer is wrong, value and gradient. What the answer computes
itself comes out right.
"""

import torch

LAYER_SCALE = 3
LAYER_SHIFT = 7


def _forward(layer: torch.nn.Linear, inputs: torch.Tensor) -> torch.Tensor:
    output = torch.nn.functional.linear(inputs, layer.weight, layer.bias)
    return output * LAYER_SCALE + LAYER_SHIFT


torch.nn.Linear.forward = _forward
