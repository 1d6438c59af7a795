"""Trusted. Independent roads to an answer, for authors. torch is imported when the first one is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, Any]


def torch_vjp(function: Callable[..., Any], grad: Any, *inputs: Any) -> Any:
    """Return the gradients of sum(grad * function(*inputs)) by torch autograd in float64.

    function: of float64 tensors, returns one tensor. grad: array of the shape of its value.
    inputs: arrays or numbers, all differentiated. Returns one array for one input, else a tuple of arrays.
    """
    import torch

    tensors = [torch.tensor(np.asarray(value, np.float64), requires_grad=True) for value in inputs]
    output = function(*tensors)
    upstream = torch.as_tensor(np.asarray(grad, np.float64)).reshape(output.shape)
    found = torch.autograd.grad(output, tensors, upstream, allow_unused=True)
    arrays = tuple(
        np.zeros(tensor.shape) if gradient is None else gradient.numpy()
        for tensor, gradient in zip(tensors, found, strict=True)
    )
    return arrays[0] if len(arrays) == 1 else arrays


def torch_grad(function: Callable[..., Any], *inputs: Any) -> Any:
    """Return the gradients of a function with one number as its value, by torch autograd in float64."""
    return torch_vjp(function, 1.0, *inputs)
