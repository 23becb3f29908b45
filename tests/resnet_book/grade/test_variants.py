"""Numbers of a student's own, marked: whose they are is for the marker to say."""

import planted
import pytest

from resnet_book import check  # noqa: F401 (loads every exercise)
from resnet_book.exercises import variants
from resnet_book.exercises.exercise import find
from resnet_book.grade import names

CHOICES = find("leaky_scale").choices
FILE = "{}_01_vanishing_gradients.ipynb"


def slope(name):
    return variants.drawn("leaky_scale", CHOICES, name)["slope"]


def solving(name, *before):
    """The cells of who solves the exercise with the numbers of that name."""
    answer = f"leaky_scale = 2 / (1 + {slope(name)}**2)"
    return ["from resnet_book import check", *before, answer, CALL]


CALL = "check.leaky_scale(leaky_scale)"
CLASS = {
    "ada_lovelace": solving("Ada Lovelace", "check.student('Ada Lovelace')"),
    "bob": solving("Ada Lovelace"),
    "cam": solving(""),
    # Both run what the answer needs, and that calls itself Ada.
    "dan": solving("Ada Lovelace", "leaky_scale = check.student('Ada Lovelace')"),
    "ella": solving("ella", "leaky_scale = check.student('Ada Lovelace')"),
}


@pytest.fixture
def marks(tmp_path, grade):
    """`marks(*options)`: verdict and sentence on each of `CLASS`."""
    folder = tmp_path / "all"
    folder.mkdir()
    for student, cells in CLASS.items():
        (folder / FILE.format(student)).write_text(planted.notebook(*cells))

    def run(*options):
        done, rows = grade(folder, *options)
        assert done.returncode == 0, done.stderr
        mine = [row for row in rows if row["exercise"] == "leaky_scale"]
        return {row["student"]: (row["verdict"], row["said"]) for row in mine}

    return run


def test_the_class_has_numbers_that_differ():
    drawn = {slope(name) for name in ("Ada Lovelace", "bob", "dan", "ella", "")}
    assert len(drawn) == 5


def test_two_with_the_same_answer_are_right_and_wrong(marks):
    found = marks("--variants")
    verdicts = {student: verdict for student, (verdict, _) in found.items()}
    wrong = {"bob", "cam", "dan"}
    assert verdicts == {s: "wrong" if s in wrong else "right" for s in CLASS}
    assert "right for another student's numbers" in found["bob"][1]
    assert f"Your numbers: slope {slope('bob')} (on the page 0.5)" in found["bob"][1]
    assert "right for the page's numbers" in found["cam"][1]


def test_a_table_says_by_which_names(marks, tmp_path):
    table = tmp_path / "names.csv"
    lines = ["student,name", *(f"{student},{student}" for student in CLASS)]
    lines[lines.index("bob,bob")] = 'bob,"Lovelace, Ada"'
    table.write_text("\n".join(lines), encoding="utf-8-sig")
    found = marks("--variants", table)
    assert found["ada_lovelace"][0] == found["bob"][0] == found["ella"][0] == "right"


def test_without_the_option_the_pages_numbers_are_marked(marks):
    right = {student for student, (verdict, _) in marks().items() if verdict == "right"}
    assert right == {"cam"}


def test_a_table_without_a_student_is_refused_before_anything_is_written(
    tmp_path, grade
):
    (tmp_path / FILE.format("ada")).write_text(planted.notebook(CALL))
    table = tmp_path / "names.csv"
    table.write_text("bob,Bob Byron\n")
    done, _ = grade(tmp_path, "--variants", table)
    assert done.returncode == 2 and not grade.out.exists()
    assert done.stderr.endswith(f"{table} has no name for ada\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ada,", "no name for ada"),
        ("\n", "no name for ada, bob"),
        ("ada,Ada\nbob", "line 2 is not"),
        ("ada;Ada", "line 1 is not"),
        ("ada,A,B", "line 1 is not"),
        ("ada,Ada\n\nbob,Bob\nada ,A", "lines 1 and 4 are both for ada"),
        ("ada,Ada\nbob,Bj\N{LATIN SMALL LETTER O WITH STROKE}rn", "names.csv: .*UTF-8"),
        ("ada," + "A" * 200_000, "names.csv: .*UTF-8"),
    ],
)
def test_what_is_no_table_of_names_is_refused(tmp_path, text, says):
    table = tmp_path / "names.csv"
    table.write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=says):
        names.of({"ada", "bob"}, str(table))


def test_accents_may_be_characters_of_their_own_as_in_a_macs_file_names(tmp_path):
    table = tmp_path / "names.csv"
    composed, apart = (
        "\N{LATIN SMALL LETTER E WITH ACUTE}ve",
        "e\N{COMBINING ACUTE ACCENT}ve",
    )
    table.write_text(f"{composed},Eve\n", encoding="utf-8")
    assert names.of({f"{apart} "}, str(table)) == {f"{apart} ": "Eve"}
    table.write_text(f"{apart},Eve\n", encoding="utf-8")
    assert names.of({composed}, str(table)) == {composed: "Eve"}


def test_a_table_may_name_more_students_than_there_are(tmp_path):
    table = tmp_path / "names.csv"
    table.write_text("student,name\n ada , Ada Lovelace \n\nbob,Bob\n")
    assert names.of({"ada"}, str(table)) == {"ada": "Ada Lovelace"}
