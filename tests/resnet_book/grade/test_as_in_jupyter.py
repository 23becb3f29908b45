"""What is right in Jupyter is right here."""

import planted

CHECK = "check.leaky_scale(leaky_scale)"
RIGHT = {
    "shown": ["x = 1.6\ndisplay(x)\nleaky_scale = x\ndisplay(leaky_scale)"],
    "asked": ["?print\nleaky_scale = 1.6\nprint?  # note"],
    "installed": ["!pip install a \\\n  b\nleaky_scale = 1.6"],
    "timed": ["%time leaky_scale = 1.6"],
    "main": ["if __name__ == '__main__':\n    leaky_scale = 1.6"],
    "pickled": [
        "import pickle\nclass A:\n    x = 1.6",
        "leaky_scale = pickle.loads(pickle.dumps(A())).x",
    ],
    "surrogate": ["emoji = '\ud83d'", "leaky_scale = 1.6"],
    "listed": ["a = []", "[a.append(v) for v in (1.6,)]", "leaky_scale = a[0]"],
    "popped": ["a = [1.6, 3]", "last = a.pop()", "leaky_scale = a[-1]"],
    "copied": [
        "import numpy as np\ny = np.zeros(1)",
        "np.copyto(y, 1.6)",
        "leaky_scale = float(y[0])",
    ],
    "kept": [
        "found = {'half': 3}\ndef keep(key, value):\n    found[key] = value",
        "keep('half', 1.6)",
        "leaky_scale = found['half']",
    ],
    "checked_before": [
        "from resnet_book import check\ndef he_init(shape):\n    return 1.0",
        "result = check.he_init(he_init)",
        "a = b = [3]",
        "b.append(1.6)",
        "leaky_scale = a[-1]",
    ],
    "two_names": ["a = b = [3]", "b.append(1.6)", "leaky_scale = a[-1]"],
}


def write(folder, notebooks):
    folder.mkdir()
    for student, cells in notebooks.items():
        path = folder / f"{student}_01_vanishing_gradients.ipynb"
        path.write_text(planted.notebook(*cells, CHECK))


def found(rows):
    mine = [row for row in rows if row["exercise"] == "leaky_scale"]
    return {row["student"]: (row["verdict"], row["said"]) for row in mine}


def test_what_is_right_in_jupyter(tmp_path, grade):
    write(tmp_path / "all", RIGHT)
    done, rows = grade(tmp_path / "all")
    assert done.returncode == 0, done.stderr
    verdicts = found(rows)
    assert set(verdicts) == set(RIGHT)
    assert {s: v for s, v in verdicts.items() if v[0] != "right"} == {}


READ = """\
import os, pathlib
leaky_scale = float(pathlib.Path(os.environ[{!r}], {!r}).read_text())
"""


def test_the_data_is_found_where_the_marker_has_it(tmp_path, grade, monkeypatch):
    """In its default place, or in a folder that is named from here."""
    copy = tmp_path / "tensorflow_datasets/fashion_mnist_arrays/1.0.0"
    for folder in (copy, tmp_path / "raw"):
        folder.mkdir(parents=True)
        (folder / "scale").write_text("1.6")
    (copy.parents[1] / "other").write_text("1.6")
    write(
        tmp_path / "all",
        {
            "copy": [READ.format("TFDS_DATA_DIR", "fashion_mnist_arrays/1.0.0/scale")],
            "raw": [READ.format("FASHION_MNIST_DIR", "scale")],
            "beside": [READ.format("TFDS_DATA_DIR", "other")],
        },
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
    monkeypatch.setenv("FASHION_MNIST_DIR", "raw")
    monkeypatch.chdir(tmp_path)
    done, rows = grade("all")
    verdicts = found(rows)
    assert verdicts["copy"][0] == verdicts["raw"][0] == "right", done.stderr
    if "shuts off files" not in done.stderr:
        assert "PermissionError" in verdicts["beside"][1]
