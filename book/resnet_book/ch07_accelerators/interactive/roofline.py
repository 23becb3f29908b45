"""The roofline of a chip, and where a bottleneck's operations lie under it, by count.

FLOP and bytes follow from the shapes, as in chapter 3: a convolution moves its input,
its kernel and its output once; an operation on each number makes so many passes through
memory. `roofline.model.js` counts the same in the page. What a record has measured in a
setting lies beside the count.
"""

import math

from resnet_book import record

TITLE = "The roof of a chip, and the operations of a block"
BYTES = {"float32": 4, "TF32": 4, "bfloat16": 2}
CONVS = {  # kernel, inputs and outputs in widths of the block, groups
    "conv3": {"title": "3×3", "kernel": 3, "inputs": 1, "outputs": 1, "groups": 1},
    "conv1": {"title": "1×1", "kernel": 1, "inputs": 4, "outputs": 1, "groups": 1},
    "grouped": {"title": "grouped 3×3", "kernel": 3, "inputs": 1, "outputs": 1}
    | {"groups": 32},
}
POINTWISE = {  # operations for each number, and passes through memory
    "norm": {"title": "norm", "each": 6, "passes": 3},
    "add": {"title": "addition", "each": 2, "passes": 3},
    "relu": {"title": "ReLU", "each": 1, "passes": 2},
}
OPERATIONS = CONVS | POINTWISE
BATCHES = [2**i for i in range(11)]
WIDTHS = [2**i for i in range(5, 11)]
SIDES = (56, 28, 14, 7)
PUBLISHED = {  # google2024tpu, nvidia2020a100: FLOP/s of each type, bytes/s
    "A100, 40 GB": ({"float32": 19.5e12, "TF32": 156e12, "bfloat16": 312e12}, 1555e9),
    "TPU v5e": ({"bfloat16": 197e12}, 819e9),
}
MEASURED = "H200"
_RECORDED = {"float32": "TF32", "bfloat16": "bfloat16"}  # what JAX makes of float32
_LAYERS = {  # of accelerator_roofline: operation, pixels a side, width of the block
    "1×1 down": ("conv1", 56, 64),
    "1×1 up": ("conv1", 56, 64),
    "3×3": ("conv3", 56, 64),
    "norm": ("norm", 56, 64),
    "add": ("add", 56, 64),
    "3×3, 14²": ("conv3", 14, 256),
    "1×1, 14²": ("conv1", 14, 256),
}
_FORMS = {"dense": "conv3", "native": "grouped"}  # of accelerator_groups


def counts(name: str, batch: int, side: int, width: int, size: int) -> tuple:
    """FLOP and bytes of an operation.

    Args:
        name: One of `OPERATIONS`.
        batch: Images.
        side: Pixels a side of the maps.
        width: Channels c of the 3×3; the 1×1 leads from 4c to c, all else works on 4c.
        size: Bytes of a number.
    """
    numbers, it = batch * side**2, OPERATIONS[name]
    if name in POINTWISE:
        entries = 4 * width * numbers
        return it["each"] * entries, it["passes"] * entries * size
    weights = (
        it["kernel"] ** 2 * it["inputs"] * it["outputs"] * width**2 // it["groups"]
    )
    maps = numbers * (it["inputs"] + it["outputs"]) * width
    return 2 * numbers * weights, (maps + weights) * size


def least_batch(name: str, side: int, width: int, size: int, ridge: float):
    """The smallest batch with which an operation is bound by arithmetic, or None."""
    if name in POINTWISE:
        flop, moved = counts(name, 1, side, width, size)
        return 1 if flop >= ridge * moved else None
    flop, both = counts(name, 1, side, width, size)
    maps = counts(name, 2, side, width, size)[1] - both
    spare = flop - ridge * maps  # per image: what pays for the kernel's bytes
    return max(1, math.ceil(ridge * (both - maps) / spare)) if spare > 0 else None


def numbers() -> dict:
    """The chips, the operations, the settings, and what is measured in some of them."""
    published = {
        name: {"peaks": peaks, "bandwidth": bandwidth}
        for name, (peaks, bandwidth) in PUBLISHED.items()
    }
    return {
        "chips": {MEASURED: _roofs(), **published},
        "bytes": BYTES,
        "operations": OPERATIONS,
        "batches": BATCHES,
        "widths": WIDTHS,
        "sides": SIDES,
        "measured": [*_layers(), *_grouped()],
    }


def _roofs() -> dict:
    """Chapter 3's: a byte is a byte, so the larger of both bandwidths is the roof."""
    runs = record.load("accelerator_roofline")["results"]
    return {
        "peaks": {_RECORDED[arm]: run["peak"] for arm, run in runs.items()},
        "bandwidth": max(run["bandwidth"] for run in runs.values()),
    }


def _layers():
    for arm, run in record.load("accelerator_roofline")["results"].items():
        for title, (name, side, width) in _LAYERS.items():
            layer = run["layers"][title]
            setting = {"type": _RECORDED[arm], "batch": run["batch"]}
            setting |= {"side": side, "width": width, "name": name}
            yield setting | {"speed": layer["flop"] / layer["seconds"]}


def _grouped():
    """Convolutions as wide as ResNeXt has them, dense and in 32 groups, in bfloat16."""
    results = record.load("accelerator_groups")["results"]["convolutions"]
    for title, forms in results.items():  # such as "128 channels, 56²"
        width, side = map(int, title.removesuffix("²").split(" channels, "))
        batch = forms["dense"]["macs"] // (9 * side**2 * width**2)
        setting = {"type": "bfloat16", "batch": batch, "side": side, "width": width}
        for form, name in _FORMS.items():
            speed = 2 * forms[form]["macs"] / forms[form]["forward"]
            yield setting | {"name": name, "speed": speed}


def table(data: dict) -> list[list[str]]:
    """Intensities at the sizes of some stages, the bounds, and what is measured."""
    roofs = [
        (chip, of, roof["peaks"][of], roof["bandwidth"])
        for chip, roof in data["chips"].items()
        for of in roof["peaks"]
    ]
    header = ["pixels", "c", "images", "operation"]
    header += ["FLOP/byte, 4 bytes", "FLOP/byte, 2 bytes"]
    header += [f"at most, {chip}, {of} (TFLOP/s)" for chip, of, *_ in roofs]
    header += [f"measured, {MEASURED}, {of}" for of in data["chips"][MEASURED]["peaks"]]
    stages = zip(data["sides"], (64, 128, 256, 512), strict=True)
    settings = [(s, c, n) for s, c in stages for n in (1, 128)]
    settings += [(s, c, 128) for s, c in ((56, 128), (28, 256), (14, 512), (7, 1024))]
    return [
        header,
        *(_row(data, roofs, *s, name) for s in settings for name in CONVS),
    ] + [_row(data, roofs, 56, 64, 128, name) for name in POINTWISE]


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _row(data, roofs, side, width, batch, name) -> list[str]:
    def intensity(size):
        flop, moved = counts(name, batch, side, width, size)
        return flop / moved

    def measured(of):
        setting = {"type": of, "batch": batch, "side": side, "width": width}
        setting |= {"name": name}
        return " and ".join(
            _short(point["speed"] / 1e12)
            for point in data["measured"]
            if setting.items() <= point.items()
        )

    bounds = [min(p, b * intensity(BYTES[of])) / 1e12 for _, of, p, b in roofs]
    return [
        *(f"{side}×{side}", str(width), str(batch), OPERATIONS[name]["title"]),
        *(_short(intensity(size)) for size in (4, 2)),
        *(_short(bound) for bound in bounds),
        *(measured(of) for of in data["chips"][MEASURED]["peaks"]),
    ]
