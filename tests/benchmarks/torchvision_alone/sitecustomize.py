"""PyPI's torchvision beside a PyTorch for CPUs: it misses operators, unused here."""

import contextlib

with contextlib.suppress(ImportError):
    from torch.library import Library

    missing = Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        missing.define(f"{name}(Tensor dets, Tensor scores, float iou) -> Tensor")
