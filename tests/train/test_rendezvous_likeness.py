import jax
import pytest

from resnet_lib.train.options import parser
from resnet_lib.train.processes.rendezvous import OWN_OPTIONS, likeness, unlike


def of(*options):
    return likeness(parser().parse_args(["--out", "run", *options]))


def test_processes_with_the_same_command_are_alike():
    assert unlike(of(), of(), 1) == ""


@pytest.mark.parametrize(
    "options, name",
    [
        (("--seed", "1"), "--seed"),
        (("--model", "resnet8"), "--model"),
        (("--on-nan", "skip"), "--on-nan"),
        (("--num-processes", "3"), "--num-processes"),
        (("--resume",), "--resume"),
        (("--devices", "1"), "--devices"),
    ],
)
def test_another_option_is_named(options, name):
    assert unlike(of(), of(*options), 2).startswith(f"{name} is ")


def test_every_option_but_those_of_a_place_counts():
    options = {f"--{name.replace('_', '-')}" for name in vars(PARSED)}
    own = {f"--{name.replace('_', '-')}" for name in OWN_OPTIONS}
    assert options - of().keys() == own


PARSED = parser().parse_args(["--out", "run"])


def test_another_flag_variable_or_version_is_named(monkeypatch):
    plain = of()
    monkeypatch.setenv("XLA_FLAGS", "--xla_new")
    with jax.default_matmul_precision("highest"):
        said = unlike(plain, of() | {"jax": "0.0.1"}, 1)
    assert "XLA_FLAGS is " in said and "'--xla_new' in 1" in said
    assert "jax is " in said and "jax_default_matmul_precision is " in said


def test_where_a_process_keeps_its_cache_is_its_own_business():
    assert not [name for name in of() if "cache_dir" in name]


def test_other_code_is_named_by_its_file():
    changed = of() | {"resnet_lib/train/step.py": "0" * 12}
    assert unlike(of(), changed, 3).startswith("resnet_lib/train/step.py is ")


def test_many_differences_stay_a_sentence():
    assert unlike({}, dict.fromkeys("abcde", "x"), 1).endswith("in 1 and 2 more")
