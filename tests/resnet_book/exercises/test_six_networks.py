"""Each network of chapter 5 has its fault, and what is seen of it tells which."""

import collections
import pathlib

import pytest

from resnet_book.ch05_stages import assembled
from resnet_book.ch05_stages.exercises import six_networks
from resnet_lib import summary

PAGE = pathlib.Path(__file__).parents[3] / "chapters" / "05_stages.md"
NETWORKS = assembled.NETWORKS


@pytest.fixture(scope="module")
def seen():
    """What the network with each fault looks like, and under "" the right one."""
    kinds = {"": assembled.Assembled, **assembled.FAULTS}
    return {name: assembled.seen(kind) for name, kind in kinds.items()}


def test_the_right_network_is_the_librarys(seen):
    rows = summary("resnet34")
    params, macs = sum(row.params for row in rows), sum(row.macs for row in rows)
    field = rows[-1].receptive_field
    assert seen[""] == ("7×7×512", params, macs, field)
    assert NETWORKS["ResNet-34"] is assembled.Assembled


def test_the_judge_and_the_page_know_the_same_faults():
    assert list(six_networks.SHOWS) == list(assembled.FAULTS)
    page = PAGE.read_text("utf-8")
    box = page[page.index("ex-six-networks\n") : page.index("```{hints} six_networks")]
    assert {name for name in six_networks.SHOWS if f"`{name}`" not in box} == set()


def test_each_network_has_the_fault_that_the_judge_wants():
    letters = [name for name in NETWORKS if name != "ResNet-34"]
    assert letters == list(six_networks.RIGHT)
    for letter, fault in six_networks.RIGHT.items():
        assert NETWORKS[letter] is assembled.FAULTS[fault]


def test_no_two_faults_look_alike(seen):
    assert len(set(seen.values())) == len(seen)


def test_what_goes_up_or_down_leaves_up_to_two_causes(seen):
    def moved(fault):
        pairs = zip(seen[fault], seen[""], strict=True)
        _, *counts = ((mine > right) - (mine < right) for mine, right in pairs)
        return seen[fault][0], *counts

    left = collections.Counter(moved(fault) for fault in assembled.FAULTS)
    assert max(left[moved(fault)] for fault in six_networks.RIGHT.values()) == 2


def test_what_the_sentences_say_of_each_fault_is_so(seen):
    side, params, macs, field = zip(*seen.values(), strict=True)
    looks = {name: i for i, name in enumerate(seen)}
    wider = {name for name, i in looks.items() if side[i].startswith("14×14")}
    smaller = {name for name, i in looks.items() if side[i].startswith("4×4")}
    assert wider == {"no max-pool", "unstrided stem"}
    assert smaller == {"pooled twice", "stage 1 strides"}
    as_many = {name for name, i in looks.items() if params[i] == params[0]}
    assert as_many == {"", "pooled twice", *wider}
    same_macs = {name for name, i in looks.items() if macs[i] == macs[0]}
    assert same_macs == {"", "swapped depths", "last block strides", "no norms"}
    assert field[looks["unstrided stem"]] - field[looks["no max-pool"]] == 2
