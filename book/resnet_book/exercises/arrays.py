"""Numbers out of what a reader returned: never text, and never more than is asked."""

import numbers

import jax
import jax.numpy as jnp
import numpy as np


def shape_of(value) -> tuple[int, ...] | None:
    """The shape of an array or of lists within lists; None for anything else.

    Nothing is copied, and lists are followed along their first entries alone.
    """
    if isinstance(value, np.ndarray | np.generic | jax.Array):
        return tuple(value.shape)
    if isinstance(value, numbers.Number):
        return ()
    if isinstance(value, list | tuple):
        inner = shape_of(value[0]) if len(value) else ()
        return None if inner is None else (len(value), *inner)
    try:
        return tuple(map(int, np.shape(value))) if hasattr(value, "shape") else None
    except (TypeError, ValueError):
        return None


def on_device(value, dtype=np.float32) -> jax.Array:
    """As an array of JAX; it would compile the conversion, so NumPy converts."""
    return jnp.asarray(np.asarray(value).astype(dtype))


def in_float64(variable) -> np.ndarray:
    """What a variable of NNX holds now, copied."""
    return np.asarray(variable[...]).astype(np.float64)


def as_array(value, *, truths: bool = False) -> np.ndarray | None:
    """The value in float64, or None where it is not made of real numbers.

    Args:
        value: A number, an array, or lists of those.
        truths: Whether True and False count as numbers.
    """
    if isinstance(value, list | tuple):
        parts = [as_array(item, truths=truths) for item in value]
        if not all(p is not None and p.shape == parts[0].shape for p in parts):
            return None
        return np.stack(parts) if parts else np.zeros(0)
    if isinstance(value, int) and not isinstance(value, bool):
        return np.array(value if abs(value) < _LARGEST else np.inf, np.float64)
    try:
        array = np.asarray(value)
        if array.dtype == object:
            is_real = all(isinstance(v, numbers.Real) for v in array.flat)
            array = array.astype(np.float64) if is_real else array
        allowed = "iuf" + "b" * truths
        if array.dtype.kind in allowed or jax.dtypes.issubdtype(
            array.dtype, np.floating
        ):
            return array.astype(np.float64)
    except Exception:  # noqa: BLE001 (whatever a reader's object raises)
        pass
    return None


_LARGEST = 2**1023
