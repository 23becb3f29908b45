import pytest

from resnet_book import rooms


def test_a_module_in_a_room_belongs_to_the_rooms_chapter():
    assert rooms.chapter_of("resnet_book.ch12_what_came_next.exercises.vit") == 12
    with pytest.raises(ValueError, match="is in no chapter's room"):
        rooms.chapter_of("resnet_book.exercises.compare")


def test_every_chapter_has_a_room_with_exercises_and_figures():
    for kind in ("exercises", "figures"):
        found = [rooms.chapter_of(name) for name in rooms.parts(kind)]
        assert found == sorted(found)
        assert found[:7] == [1, 2, 3, 4, 5, 6, 7]


def test_a_member_is_loaded_by_its_own_name():
    module = rooms.load("experiments", "interventions")
    assert module.__name__.endswith("gradients.experiments.interventions")


def test_a_name_that_is_nowhere_is_met_with_those_that_there_are():
    with pytest.raises(ValueError, match="no 'dice' in experiments: choose .*compact"):
        rooms.load("experiments", "dice")
