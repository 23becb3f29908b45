"""Stage explorer: `resnet_lib.summary` of every model that has a name."""

from resnet_lib import get_config, list_models, summary

TITLE = "Stage explorer"
_SIZES = {"imagenet": 224, "deep": 224, "cifar": 32, "strided": 28}


def numbers() -> dict:
    """For each model the size of its images and its parts, from stem to head."""
    return {name: _model(name) for name in list_models()}


def _model(name: str) -> dict:
    size = _SIZES[get_config(name).stem]
    rows = [
        [row.part, row.shape, row.blocks, row.params, row.macs, row.receptive_field]
        for row in summary(name, size)
    ]
    return {"size": size, "rows": rows}


def table(data: dict) -> list[list[str]]:
    """Totals of each model, and how they are shared out among its parts."""
    header = ["model", "image", "parameters", "MACs"]
    header += ["% of parameters, stem to head", "% of MACs, stem to head"]
    rows = []
    for name, model in data.items():
        parts = [[row[column] for row in model["rows"]] for column in (3, 4)]
        totals = [f"{sum(part):,}" for part in parts]
        shares = [
            " · ".join(f"{100 * share / sum(part):.1f}" for share in part)
            for part in parts
        ]
        size = f"{model['size']}×{model['size']}"
        rows.append([name, size, *totals, *shares])
    return [header, *rows]
