"""What chapter 8 states, against fresh computation."""

from resnet_book.ch08_many_devices import collectives

PROGRAM = """
  %a = f32[16]{0} all-reduce(%x), channel_id=1, metadata={op_name="jit(f)/sum"}
  %b = (f32[3,3,1,8]{3,2,1,0}, s32[], /*index=5*/bf16[10]{0}) all-reduce(%y, %z, %w)
  ROOT %c = f32[64,8]{1,0} all-gather-start(%v), metadata={op_name="f/while/body/g"}
  %d = f32[16]{0} add(%a, %a), metadata={op_name="all-reduce(of) nothing"}
"""


def test_every_array_of_every_collective_is_read_from_a_program():
    found = collectives.read(PROGRAM)
    assert [(one.kind, one.shape, one.bytes, one.operation) for one in found] == [
        ("all-reduce", (16,), 64, 0),
        ("all-reduce", (3, 3, 1, 8), 288, 1),
        ("all-reduce", (), 4, 1),
        ("all-reduce", (10,), 20, 1),
        ("all-gather", (64, 8), 2048, 2),
    ]
    assert [one.looped for one in found] == [False] * 4 + [True]


def test_a_gradient_is_found_by_its_size_once():
    found = collectives.read(PROGRAM)
    sizes = {"first": 72, "second": 72, "bias": 16}
    read = collectives.by_layer(found, sizes)
    assert read == {"first": 288, "second": 0, "bias": 64}
