import numpy as np
import pytest

from resnet_book.ch01_vanishing_gradients.figures import gradients
from resnet_book.figures.style import PLAIN, RESIDUAL

LABELS = ("a", "b", "c")


def texts(fig):
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def falling(depth):
    return 0.5 ** np.arange(depth)[::-1]


def test_profiles_are_relative_to_the_last_layer():
    fig = gradients.profiles({"tanh": {5: 7 * falling(5)}, "ReLU": {3: falling(3)}})
    first = fig.axes[0].lines[0].get_ydata()
    np.testing.assert_allclose(first, falling(5))
    assert "5 layers" in texts(fig)


def test_a_gradient_of_zero_leaves_a_gap():
    norms = np.array([0.0, 0.5, 1.0])
    fig = gradients.profiles({"tanh": {3: norms}, "ReLU": {3: norms}})
    assert np.isnan(fig.axes[0].lines[0].get_ydata()).tolist() == [True, False, False]


def test_depth_figure_draws_each_seed_and_each_prediction():
    depths, measured = np.array([2, 4]), {"tanh": np.ones((3, 2, 2))}
    theory = {"tanh": np.ones((3, 4)), "ReLU": np.ones((3, 4))}
    measured["ReLU"] = measured["tanh"]
    fig = gradients.against_depth(depths, measured, theory, LABELS)
    assert [len(ax.lines) for ax in fig.axes] == [9, 9]
    assert set(LABELS) <= set(texts(fig))


def test_rates_are_named_and_dotted():
    names = ("sigmoid", "tanh", "ReLU")
    scale = np.array([0.1, 1.0, 10.0])
    rates = {name: 0.2 * scale**0.5 for name in names}
    fig = gradients.rate_against_scale(scale, rates, [1.0], dict.fromkeys(names, [0.2]))
    assert set(names) <= set(texts(fig))


def test_normalised_figure_has_both_directions():
    pair = np.tile(falling(30), (3, 1)), np.tile(falling(30), (3, 1))
    fig = gradients.normalised(pair, pair, LABELS, 1.2)
    titles = [ax.get_title() + ax.get_title(loc="left") for ax in fig.axes]
    assert titles == ["signal, forwards", "gradient, backwards"]


@pytest.mark.parametrize(
    ("name", "color"), [("plain56", PLAIN), ("resnet56", RESIDUAL)]
)
def test_blocks_have_the_colour_of_their_network(name, color):
    norms = np.stack([falling(27)] * 3)
    *seeds, line = gradients.by_block({name: norms}).axes[0].lines
    assert len(seeds) == 3 and line.get_color() == color
    assert line.get_xdata()[[0, -1]].tolist() == [2, 54]


def test_training_error_has_a_line_a_seed_and_their_mean():
    error = {name: np.full((2, 3), 40.0) for name in gradients.NETWORKS}
    fig = gradients.training_error([10, 20, 30], error, 128)
    assert len(fig.axes[0].lines) == 4 * 3
    assert fig.axes[0].lines[0].get_xdata()[-1] == 30 * 128


def test_labels_at_the_same_place_are_kept_apart():
    offsets = gradients._spread([40.0, 40.0, 10.0])
    assert abs(offsets[0] - offsets[1]) >= 11
    assert offsets[2] == 0
