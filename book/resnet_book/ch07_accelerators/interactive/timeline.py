"""Two lanes, Python and device: a model of who waits for whom, and where it starts.

Python hands out calls, each of `scan` steps, and the device works them off in order.
What the loop does with the loss decides when Python waits. `timeline.model.js` is the
same model in the page.
"""

from resnet_book import record

TITLE = "Two lanes: Python and the device"
STEPS = 12
SCANS = (1, 2, 4, 12)
ASKS = {
    "each": "of every step",
    "fourth": "of every fourth step",
    "late": "of every step, one call late",
    "never": "never",
}
EVERY = 4


def simulate(python: float, device: float, ask: str, scan: int, steps=STEPS) -> dict:
    """When each call is handed out and worked off, and when Python waits.

    Args:
        python: Milliseconds of Python for a call.
        device: Milliseconds of the device for a step.
        ask: When the loop asks for the loss, one of `ASKS`.
        scan: Steps of a call.
        steps: How many, a multiple of `scan`.

    Returns:
        `calls`, `works` and `waits`, each a list of [begin, end] in milliseconds.
    """
    clock, calls, works, waits = 0.0, [], [], []
    for call in range(steps // scan):
        calls.append([clock, clock + python])
        clock += python
        begin = max(clock, works[-1][1]) if works else clock
        works.append([begin, begin + scan * device])
        asked = call - 1 if ask == "late" else call
        wants = {"never": False, "fourth": (call + 1) * scan % EVERY == 0}.get(
            ask, True
        )
        if wants and asked >= 0 and works[asked][1] > clock:
            waits.append([clock, works[asked][1]])
            clock = works[asked][1]
    return {"calls": calls, "works": works, "waits": waits}


def per_step(python: float, device: float, ask: str, scan: int) -> float:
    """Milliseconds of a step in the long run."""
    if ask in ("never", "late"):
        return max(python / scan, device)
    calls = max(1, EVERY // scan) if ask == "fourth" else 1
    work = scan * device
    return max(python + calls * work, calls * python + work) / (calls * scan)


def numbers() -> dict:
    """The sliders' milliseconds, the choices, and the recorded runs to start from."""
    runs = _runs()
    grid = [
        base * 10**power for power in (-1, 0, 1, 2) for base in (1, 1.5, 2, 3, 5, 7)
    ]
    sliders = {
        lane: sorted({round(value, 2) for value in grid} | {run[lane] for run in runs})
        for lane in ("python", "device")
    }
    asks = [{"value": ask, "text": text} for ask, text in ASKS.items()]
    return {"sliders": sliders, "runs": runs, "scans": SCANS, "asks": asks}


def _runs() -> list[dict]:
    """Recorded runs of ResNet-20, with the times of both lanes.

    On the GPU three times are recorded: a step that is waited for, p + d, under nnx.jit
    and as a pure function, and a step of four in one call, p/4 + d. They give d and
    both p. On the processor p is recorded alone, on the deeper ResNet-56, and d is what
    the library's step leaves, for nnx.jit too: the usual step's own forms of operations
    are not in it.
    """
    gpu = record.load("benchmark_gpu")["results"]["rows"][0]["step"]
    speed = record.load("accelerator_throughput")["results"]["gpu"]["resnet20"]
    four = 1e3 * speed["batch_size"] / speed["images_per_second"]
    waited, usual = gpu["ours"]["ms"], gpu["nnx_jit"]["ms"]
    pure = (waited - four) * 4 / 3
    fast = waited - pure
    cpu = record.load("benchmark_cpu")["results"]
    row, dispatch = cpu["rows"][0]["step"], cpu["overheads"]["dispatch"]
    step, in_nnx = row["ours"]["ms"], row["nnx_jit"]["ms"]
    slow = step - dispatch["ours"]
    return [
        _run("H200, nnx.jit", usual - fast, fast, {"each 1": usual}),
        _run("H200, pure function", pure, fast, {"each 1": waited, "each 4": four}),
        _run("two CPU cores, nnx.jit", dispatch["nnx_jit"], slow, {"each 1": in_nnx}),
        _run("two CPU cores, pure function", dispatch["ours"], slow, {"each 1": step}),
    ]


def _run(name: str, python: float, device: float, recorded: dict) -> dict:
    return {
        "name": name,
        "python": float(f"{python:.3g}"),
        "device": float(f"{device:.3g}"),
        "recorded": recorded,
    }


def table(data: dict) -> list[list[str]]:
    """What the model says of each run, in four loops, and what is recorded."""
    header = [
        *("run", "Python, ms per call", "device, ms per step"),
        *("asks for the loss", "steps a call"),
        *("model, ms per step", "device idle", "recorded, ms per step"),
    ]
    loops = [("each", 1), ("late", 1), ("never", 1), ("each", 4)]
    return [header, *(_row(run, *loop) for run in data["runs"] for loop in loops)]


def _row(run: dict, ask: str, scan: int) -> list[str]:
    found = per_step(run["python"], run["device"], ask, scan)
    recorded = run["recorded"].get(f"{ask} {scan}")
    return [
        run["name"],
        f"{run['python']:g}",
        f"{run['device']:g}",
        ASKS[ask],
        str(scan),
        f"{found:.3g}",
        f"{1 - run['device'] / found:.0%}",
        f"{recorded:.3g}" if recorded else "",
    ]
