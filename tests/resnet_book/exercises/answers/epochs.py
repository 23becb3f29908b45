"""Chapter 7: epochs as one program, right and wrong."""

import jax
import jax.numpy as jnp


def scanned(step, state, images, labels, order):
    """The shuffled epoch is laid out first, then walked along."""
    return jax.lax.scan(step, state, (images[order], labels[order]))


def in_a_while_loop(step, state, images, labels, order):
    def body(i, carry):
        state, losses = carry
        state, loss = step(state, (images[order[i]], labels[order[i]]))
        return state, losses.at[i].set(loss)

    return jax.lax.fori_loop(0, len(order), body, (state, jnp.zeros(len(order))))


def unrolled(step, state, images, labels, order):
    losses = []
    for index in order:
        state, loss = step(state, (images[index], labels[index]))
        losses.append(loss)
    return state, jnp.stack(losses)


def jitted_loop(step, state, images, labels, order):
    run = jax.jit(lambda state: unrolled(step, state, images, labels, order))
    return run(state)


def forgets_the_state(step, state, images, labels, order):
    last, losses = jax.lax.map(lambda i: step(state, (images[i], labels[i])), order)
    return jax.tree.map(lambda leaf: leaf[-1], last), losses


def ignores_order(step, state, images, labels, order):
    order = jnp.arange(order.size).reshape(order.shape)
    return scanned(step, state, images, labels, order)


def labels_as_they_lie(step, state, images, labels, order):
    rows = labels[: order.size].reshape(order.shape)
    return jax.lax.scan(step, state, (images[order], rows))


def epoch_with(change):
    """A scanned epoch, its losses changed."""

    def answer(*args):
        state, losses = scanned(*args)
        return state, change(losses)

    return answer


def gathered_in_the_body(step, state, images, labels, order):
    def body(state, row):
        return step(state, (images[row], labels[row]))

    return jax.lax.scan(body, state, order)


def compiled_ahead(step, state, images, labels, order):
    def run(*args):
        return scanned(step, *args)

    args = (state, images, labels, order)
    return jax.jit(run).lower(*args).compile()(*args)


def unrolled_by_two(step, state, images, labels, order):
    return jax.lax.scan(step, state, (images[order], labels[order]), unroll=2)


def loop_over_jitted(step, *rest):
    """Traced once, and handed out once for every row."""
    return unrolled(jax.jit(step), *rest)


def loop_over_jitted_with_gather(step, state, images, labels, order):
    @jax.jit
    def one(state, index):
        return step(state, (images[index], labels[index]))

    losses = []
    for index in order:
        state, loss = one(state, index)
        losses.append(loss)
    return state, jnp.stack(losses)


def images_as_they_lie(step, state, images, labels, order):
    rows = images[: order.size].reshape(*order.shape, *images.shape[1:])
    return jax.lax.scan(step, state, (rows, labels[order]))


def on_order(change):
    return lambda step, s, x, y, order: scanned(step, s, x, y, change(order))


RIGHT = [
    ("scan_epoch", scanned),
    ("scan_epoch", in_a_while_loop),
    ("scan_epoch", lambda step, *rest: jax.jit(scanned, static_argnums=0)(step, *rest)),
    ("scan_epoch", gathered_in_the_body),
    ("scan_epoch", compiled_ahead),
    ("scan_epoch", unrolled_by_two),
    ("scan_epoch", lambda step, *rest: scanned(jax.jit(step), *rest)),
]

WRONG = [
    ("scan_epoch", unrolled, "Python hands out `step` 7 times"),
    ("scan_epoch", jitted_loop, "grows with the length of the epoch"),
    ("scan_epoch", forgets_the_state, "starts from the first state"),
    ("scan_epoch", ignores_order, "`order` is not used"),
    ("scan_epoch", labels_as_they_lie, "in different orders"),
    (
        "scan_epoch",
        lambda step, s, x, y, order: scanned(step, s, x, y, order[::-1]),
        "in reverse order",
    ),
    (
        "scan_epoch",
        lambda step, s, x, y, order: scanned(step, s, x, y, order[:-1]),
        "last step is left out",
    ),
    ("scan_epoch", epoch_with(jnp.mean), "returns the mean loss"),
    ("scan_epoch", epoch_with(jnp.sum), "returns the sum"),
    ("scan_epoch", epoch_with(lambda losses: losses[-1]), "the last loss alone"),
    ("scan_epoch", epoch_with(lambda losses: 2 * losses), "largest difference"),
    ("scan_epoch", lambda *a: scanned(*a)[::-1], "the wrong way round"),
    ("scan_epoch", lambda *a: scanned(*a)[1], "should return two things"),
    ("scan_epoch", loop_over_jitted, "Python hands out `step` 7 times"),
    ("scan_epoch", loop_over_jitted_with_gather, "Python hands out `step` 7 times"),
    ("scan_epoch", images_as_they_lie, "the images as they lie"),
    ("scan_epoch", on_order(lambda order: order[1:]), "first step is left out"),
    ("scan_epoch", on_order(lambda order: order[:1]), "Only the first step"),
    (
        "scan_epoch",
        on_order(lambda order: order.T.reshape(order.shape)),
        "Rows and columns of `order` are mixed up",
    ),
    ("scan_epoch", on_order(lambda order: order.T), "the columns of `order`"),
    ("scan_epoch", epoch_with(jnp.cumsum), "added up from step to step"),
    ("scan_epoch", epoch_with(lambda losses: losses[::-1]), "in reverse order"),
    ("scan_epoch", lambda *a: (a[1], scanned(*a)[1]), "is the first one"),
    ("scan_epoch", lambda step, *rest: step(), "step() missing"),
]
