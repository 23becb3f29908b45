"""Tables of cells."""

import numpy as np

from resnet_book.tables import Rows

TABLE = Rows(("name", "count", "share"), [("a<b", 1200, 0.5), ("c", "", 12.0)])


def test_a_table_prints_with_its_numbers_under_each_other():
    assert repr(TABLE).splitlines() == [
        "name  count  share",
        "a<b   1,200    0.5",
        "c             12.0",
    ]


def test_a_table_renders_with_its_texts_escaped():
    html = TABLE._repr_html_()
    assert "<th>count</th>" in html
    assert "<td>a&lt;b</td><td>1,200</td><td>0.5</td>" in html


def test_a_table_is_still_its_rows():
    assert TABLE[0][1] == 1200


def test_numpys_numbers_are_written_as_pythons():
    of_numpy = Rows(("n", "x"), [(np.int64(12_345), np.float32(0.034639344))], ".3f")
    assert repr(of_numpy) == repr(Rows(("n", "x"), [(12_345, 0.034639344)], ".3f"))


def test_true_is_no_number():
    assert repr(Rows(("better",), [(True,), (np.bool_(False),)])).split()[1:] == [
        "True",
        "False",
    ]
