import json

from measured import health, repository

KEPT = {
    "Colab's": {
        "date": "2026-01-02",
        "python": "3.12.1",
        "versions": {"jax": "0.7.2", "flax": "0.11.2"},
        "tests": 2000,
        "failures": 1,
        "errors": 2,
        "skipped": 3,
        "seconds": 598.0,
    }
}


def test_the_last_result_of_each_set_of_versions_is_a_row(tmp_path, monkeypatch):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "tested.json").write_text(json.dumps(KEPT))
    monkeypatch.setattr(repository, "ROOT", tmp_path)
    (table,) = health._tests(None, "")
    text = table.astext()
    for part in (
        "Colab's",
        "Python 3.12.1, jax 0.7.2, flax 0.11.2",
        "1,994 passed, 3 failed, 3 skipped",
        "10 min",
        "02 January 2026",
    ):
        assert part in text
