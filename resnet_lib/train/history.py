"""What happened in a run, epoch by epoch."""

import dataclasses
import math

from flax import nnx

from resnet_lib import values


@dataclasses.dataclass
class History:
    """What happened in a run, one entry per epoch.

    Attributes:
        train_loss: Mean loss while training, smoothing included, in nats.
        train_accuracy: Fraction of right answers while training, augmented, with the
            parameters of the moment.
        test_loss: Mean cross-entropy on the test set after the epoch, in nats.
        test_accuracy: Fraction of right answers on the test set after the epoch.
        learning_rate: At the end of the epoch.
        skipped: Steps that changed nothing, since their loss or parameters were not
            finite.
        seconds: Time of the epoch's steps; the first includes compilation.
        images_per_second: Training images over `seconds`.
        averaged: The model with the running average of weights and statistics, of a
            recipe that keeps one; else None. It is no column: `rows` and
            `dataclasses.asdict` leave it out.
    """

    train_loss: list[float] = dataclasses.field(default_factory=list)
    train_accuracy: list[float] = dataclasses.field(default_factory=list)
    test_loss: list[float] = dataclasses.field(default_factory=list)
    test_accuracy: list[float] = dataclasses.field(default_factory=list)
    learning_rate: list[float] = dataclasses.field(default_factory=list)
    skipped: list[float] = dataclasses.field(default_factory=list)
    seconds: list[float] = dataclasses.field(default_factory=list)
    images_per_second: list[float] = dataclasses.field(default_factory=list)

    def __post_init__(self):
        """Begins without an average."""
        self.averaged: nnx.Module | None = None

    @classmethod
    def of(cls, rows: list[dict[str, float]]) -> "History":
        """The history that has these `rows`, as JSON kept them.

        Raises:
            ValueError: For anything else.
        """
        names, history = [field.name for field in dataclasses.fields(cls)], cls()
        if not isinstance(rows, list):
            raise ValueError("its history is not a list")
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, dict) or {*row} != {"epoch", *names}:
                raise ValueError(f"its history of epoch {number} is of another version")
            if row["epoch"] != number:
                raise ValueError(f"its history lacks epoch {number}")
            for name in names:
                value = math.nan if row[name] is None else row[name]  # JSON has no NaN
                getattr(history, name).append(values.real(f"history.{name}", value))
        return history

    def append(self, **values: float) -> None:
        """Adds an epoch."""
        for name, value in values.items():
            getattr(self, name).append(float(value))

    def rows(self) -> list[dict[str, float]]:
        """One dictionary per epoch, numbered from 1."""
        columns = dataclasses.asdict(self)
        epochs = zip(*columns.values(), strict=True)
        return [
            {"epoch": i, **dict(zip(columns, values, strict=True))}
            for i, values in enumerate(epochs, start=1)
        ]


def describe(row: dict[str, float], epochs: int) -> str:
    """One line about an epoch."""
    parts = [f"train loss {row['train_loss']:.3f}"]
    if not math.isnan(row["test_accuracy"]):  # as it is without a test set
        parts.append(f"test accuracy {row['test_accuracy']:.4f}")
    parts.append(f"{row['seconds']:.1f} s, {row['images_per_second']:,.0f} images/s")
    if row["skipped"]:
        parts.append(f"{row['skipped']:.0f} steps skipped")
    return f"epoch {row['epoch']}/{epochs}: {', '.join(parts)}"
