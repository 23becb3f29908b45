"""Chapter 6: learning rates over a run, right and wrong."""

import jax
import jax.numpy as jnp
import numpy as np
import optax


def points(step, steps, peak, *, xs=(0, 0.3, 1), ys=(1 / 25, 1, 1 / 1000)):
    """Straight lines between points, given as fractions."""
    knots = jnp.array(xs) * steps
    return jnp.interp(step, knots, peak * jnp.array(ys))


def with_points(**kw):
    return lambda *run: points(*run, **kw)


def line(step, steps, peak, *, first=1 / 25, last=1e-3, turn=0.3):
    up = (step / (turn * steps)) * (1 - first) + first
    down = 1 - (step - turn * steps) / (steps - turn * steps) * (1 - last)
    return peak * jnp.minimum(up, down)


def python_line(step, steps, peak):
    up = 3 * steps // 10
    if step < up:
        return peak * (1 / 25 + 24 / 25 * step / up)
    return peak * (1 - 0.999 * (step - up) / (steps - up))


def by_optax(step, steps, peak):
    up = 3 * steps // 10
    parts = [
        optax.linear_schedule(peak / 25, peak, up),
        optax.linear_schedule(peak, peak / 1000, steps - up),
    ]
    return optax.join_schedules(parts, [up])(step)


def bent(rise=lambda t: t, fall=lambda t: t):
    """The schedule, progress within rise and fall changed; both from 0 to 1."""

    def answer(step, steps, peak):
        turn = 0.3 * steps
        up = peak * (1 / 25 + 24 / 25 * rise(step / turn))
        down = peak * (1 - 0.999 * fall((step - turn) / (steps - turn)))
        return jnp.where(step < turn, up, down)

    return answer


def wave(t):
    return (1 - jnp.cos(jnp.pi * t)) / 2


def towards(ratio):
    """Progress of an exponential that ends at `ratio` of its beginning."""
    return lambda t: (ratio**t - 1) / (ratio - 1)


def reckoned(progress):
    def answer(step, steps, peak):
        down = peak * (1 - 0.999 * progress(step, steps))
        return jnp.where(step < 0.3 * steps, line(step, steps, peak), down)

    return answer


def swapped(step, steps, peak):
    up = peak * (1 / 25 + 24 / 25 * step / (0.3 * steps))
    down = peak * (1 - 0.999 * (step - 0.3 * steps) / (0.7 * steps))
    return jnp.where(step < 0.3 * steps, down, up)


def overshoots(step, steps, peak):
    up = peak / 25 + peak * step / (0.3 * steps)
    return jnp.where(step < 0.3 * steps, up, line(step, steps, peak))


def waits(step, steps, peak):
    return jnp.where(step < 0.3 * steps, peak / 25, line(step, steps, peak))


def forgets_when_traced(step, steps, peak):
    return peak if isinstance(step, jax.Array) else line(step, steps, peak)


def in_numpy(step, steps, peak):
    knots = [0, 0.3 * steps, steps]
    return np.interp(step, knots, [peak / 25, peak, peak / 1000])


RIGHT = [
    ("one_cycle", line),
    ("one_cycle", by_optax),
    ("one_cycle", points),
    ("one_cycle", bent()),
    ("one_cycle", jax.jit(line, static_argnums=(1, 2))),
]

WRONG = [
    ("one_cycle", with_points(xs=(0, 1), ys=(1, 1 / 1000)), "There is no rise"),
    ("one_cycle", with_points(xs=(0, 1), ys=(1 / 25, 1)), "rises to the very end"),
    ("one_cycle", with_points(ys=(1 / 25, 1, 1)), "once it is there"),
    ("one_cycle", with_points(xs=(0, 0.5, 1)), "in the middle of the run"),
    ("one_cycle", with_points(xs=(0, 0.7, 1)), "other way round"),
    ("one_cycle", with_points(xs=(0, 0.03, 1)), "ten times too little"),
    ("one_cycle", lambda s, n, p: points(s, n, p, xs=(0, 30 / n, 1)), "at step 30"),
    ("one_cycle", swapped, "two lines are swapped"),
    ("one_cycle", lambda s, n, p: line(s + 1, n, p), "one step ahead"),
    ("one_cycle", lambda s, n, p: bent()(s - 1, n, p), "one step behind"),
    ("one_cycle", lambda s, n, p: bent()(s, n - 1, p), "one step early"),
    ("one_cycle", bent(fall=wave), "The fall follows a cosine"),
    ("one_cycle", bent(rise=wave), "The rise follows a cosine"),
    ("one_cycle", bent(wave, wave), "Rise and fall follow a cosine"),
    ("one_cycle", bent(fall=towards(1 / 1000)), "The fall is exponential"),
    ("one_cycle", bent(rise=towards(25)), "The rise is exponential"),
    ("one_cycle", bent(towards(25), towards(1 / 1000)), "Rise and fall are exp"),
    ("one_cycle", reckoned(lambda s, n: s / n), "jumps at the peak"),
    ("one_cycle", reckoned(lambda s, n: s / n - 0.3), "never gets to its end"),
    ("one_cycle", reckoned(lambda s, n: s / (0.7 * n)), "over before the run is"),
    ("one_cycle", overshoots, "rises above the peak"),
    ("one_cycle", waits, "stays at the start until"),
    ("one_cycle", with_points(ys=(0, 1, 1 / 1000)), "starts at 0. Asked"),
    ("one_cycle", with_points(ys=(1, 1, 1 / 1000)), "the rise is missing"),
    ("one_cycle", with_points(ys=(0.1, 1, 1 / 1000)), "at a tenth of the peak"),
    ("one_cycle", with_points(ys=(1 / 1000, 1, 1 / 1000)), "as low as it should end"),
    ("one_cycle", with_points(ys=(1 / 1000, 1, 1 / 25)), "Start and end are swapped"),
    ("one_cycle", with_points(ys=(1 / 25, 1, 0)), "ends at 0. Asked"),
    ("one_cycle", with_points(ys=(0, 1, 0)), "starts and ends at 0"),
    ("one_cycle", with_points(ys=(1 / 25, 1, 1 / 25)), "ends where it started"),
    ("one_cycle", with_points(ys=(1 / 25, 1, 1 / 100)), "a hundredth of the peak"),
    ("one_cycle", with_points(ys=(1 / 25, 1, 1e-4)), "ten-thousandth"),
    ("one_cycle", with_points(ys=(1 / 25, 1, 4e-5)), "a thousandth of its start"),
    ("one_cycle", lambda s, n, p: line(s, n, 1), "depend on `peak`"),
    (
        "one_cycle",
        lambda s, n, p: points(s, n, p, ys=(0.04 / p, 1, 0.001 / p)),
        "Start and end do not depend on `peak`",
    ),
    (
        "one_cycle",
        lambda s, n, p: points(s, n, p, ys=(0.04 / p, 1, 0.001)),
        "The start does not depend",
    ),
    (
        "one_cycle",
        lambda s, n, p: points(s, n, p, ys=(0.04, 1, 0.001 / p)),
        "The end does not depend",
    ),
    ("one_cycle", lambda s, n, p: line(s, 100, p), "does not depend on `steps`"),
    ("one_cycle", python_line, "not inside `jax.jit`. It stopped with `Tracer"),
    ("one_cycle", in_numpy, "not inside `jax.jit`. It stopped with `Tracer"),
    ("one_cycle", forgets_when_traced, "inside they are not. At step 0: it returns"),
    ("one_cycle", lambda *a: 0.1, "For `one_cycle(0, "),
    ("one_cycle", lambda *a: jnp.array([line(*a)]), "the shape is (1,)"),
    ("one_cycle", lambda *a: str(line(*a)), "a str, not numbers"),
]
