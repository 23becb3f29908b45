"""What is timed on an accelerator is certified elsewhere, by the programs it gets."""

import jax
import jax.numpy as jnp
import pytest

from resnet_book.experiments import witness

FAR = """\
from jax import lax


def work(x, handed_on):
    y = lax.platform_dependent(x, cpu=lambda x: x + 1, default=lambda x: {form})
    return {{"y": y, **handed_on}}
"""
EXPERIMENT = """\
import jax
import jax.numpy as jnp

from resnet_book.ch99_chance.far import work
from resnet_book.experiments.timing import seconds_a_call

PRIORITY, TIMED, BACKEND = 1, True, "gpu"
ARMS = {"calls": 1}


def cell(arm, seed, done):
    seconds = seconds_a_call(jax.jit(work), jnp.ones(3), {"key": jnp.ones(2)})
    return {"seconds": seconds}


def results(done):
    return done
"""


def of(function, *operands, backend="gpu"):
    return witness.Notes(backend).of(lambda: jax.jit(function)(*operands))


@pytest.mark.parametrize(
    ("edited", "same"),
    [
        (lambda z: jnp.where(z > 0, 2 * z, 0), True),
        (lambda z: jnp.where(z > 0, 3 * z, 0), False),
        (lambda z: jnp.where(z > 0, z * 2, 0), False),
        (lambda z: jnp.where(z > 0, 2 * z, 0).astype(jnp.bfloat16), False),
    ],
)
def test_a_program_is_what_it_computes(edited, same):
    x = jnp.ones((4, 4))
    assert (of(lambda x: jnp.where(x > 0, 2 * x, 0), x) == of(edited, x)) == same


def test_what_is_only_handed_on_and_how_it_is_named_is_no_matter():
    x = jnp.ones(3)
    bare = of(lambda x: (jnp.where(x > 0, x, 0), jnp.clip(x, 0, 1)), x)
    more = of(
        lambda state: (
            {**state, "x": jnp.where(state["x"] > 0, state["x"], 0)}
            | {"z": jnp.clip(state["x"], 0, 1)}
        ),
        {"x": x, "faults": jnp.int32(0)},
    )
    assert bare == more != of(lambda x: (jnp.where(x > 0, x, 0), x), x)


def chosen(cpu, default):
    return lambda x: jax.lax.platform_dependent(x, cpu=cpu, default=default)


def test_what_a_loop_only_carries_is_no_matter():
    def looped(x, more):
        def step(carry, _):
            return ({**carry, "x": 2 * carry["x"]}, None)

        return jax.lax.scan(step, {"x": x, **more}, length=3)[0]

    bare, more = of(looped, 1.0, {}), of(looped, 1.0, {"faults": jnp.int32(0)})
    assert bare == more != of(looped, 2.0, {})


def test_a_key_is_an_operand():
    def drawn(seed):
        return of(lambda key, x: x + jax.random.uniform(key), jax.random.key(seed), 1.0)

    assert drawn(0) == drawn(0) != drawn(1) != ""


def test_shapes_count_and_so_do_the_forms_of_the_device():
    x, ours, theirs = jnp.ones(3), chosen(jnp.sin, jnp.cos), chosen(jnp.tan, jnp.cos)
    assert of(ours, x) == of(theirs, x) != of(ours, jnp.ones(4))
    assert of(ours, x, backend="cpu") != of(theirs, x, backend="cpu")


def test_nothing_runs_and_jit_is_as_before():
    called, jit = [], jax.jit

    def run():
        step = jax.jit(lambda x: jax.pure_callback(called.append, x, x))
        compiled = jax.jit(jnp.sin).lower(jnp.ones(3)).compile()
        return step(compiled(jnp.ones(3)))

    with pytest.raises(ValueError, match="cuda"):
        witness.Notes("gpu").of(run)  # XLA has no callback there, and says so
    assert not called and jax.jit is jit
    assert witness.Notes("gpu").of(lambda: None) == ""


def test_a_time_is_certified_where_the_device_would_get_the_same_program(project):
    project.experiment.write_text(EXPERIMENT)
    far = project.room / "far.py"
    far.write_text(FAR.format(form="2 * x"))
    project.commit()
    smoke = project.environment | {"RESNET_PROFILE": "smoke"}
    assert project.make("coin", "--folder", "runs", environment=smoke).returncode == 0
    made = (project.root / "runs" / "coin.json").read_text()
    project.record.write_text(made.replace('"device": "cpu', '"device": "NVIDIA H100'))

    def after(edited):
        far.write_text(edited)
        project.commit()
        return project.make("coin", "--certify").stdout

    cpu_alone = FAR.format(form="x * 2").replace("x + 1", "x + 2")
    assert "not certified" in after(cpu_alone)
    assert "does the same" in after(cpu_alone.replace("x * 2", "2 * x"))
    certified = project.cells["calls 0"]["about"]["certified"]
    assert certified["by"].endswith("the same programs")


def test_a_call_that_does_nothing_is_none():
    nothing = jax.jit(lambda x, y: (y, x))
    x = jnp.ones(3)
    swapped = of(lambda x: jnp.subtract(*nothing(x, 2 * x)), x)
    assert swapped == of(lambda x: 2 * x - x, x) != of(lambda x: x - 2 * x, x)


STEPS = """\
import jax
import numpy as np

from resnet_book.ch99_chance.far import batches, work

PRIORITY = 1
ARMS = {"steps": 2}


def cell(arm, seed, done):
    return {"found": trace(arm, seed, done)}


def trace(arm, seed, done):
    step, state = jax.jit(work), np.float32(seed)
    for batch in batches():
        state = step(state, batch)
    return str(float(state))
"""
WORK = """\
import jax
import numpy as np


def work(state, x):
    return {form}


def batches():
    return np.float32([1, 2, {last}])
"""


def test_first_steps_are_certified_by_their_programs_and_every_batch(project):
    project.experiment.write_text(STEPS)
    far = project.room / "far.py"

    def after(form, last):
        far.write_text(WORK.format(form=form, last=last))
        project.commit()
        return project.make("coin", "--certify").stdout

    far.write_text(WORK.format(form="state + x", last=3))
    project.commit()
    assert project.make("coin").returncode == 0
    elsewhere = '"trace": "rounded otherwise, '
    made = project.record.read_text().replace('"trace": "', elsewhere)
    project.record.write_text(made)
    assert "not certified" in after("state + x", 4)
    assert "not certified" in after("2 * state + x", 3)
    assert after("jax.jit(lambda x: x)(state) + x", 3).count("does the same") == 2
    certified = project.cells["steps 1"]["about"]["certified"]
    assert certified["by"].endswith("the same programs of the first steps")
    assert "not certified" in after("state + 2 * x", 3)
