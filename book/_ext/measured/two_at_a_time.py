"""Notebooks that time nothing run two at a time.

One alone leaves much of two cores idle: Python, tracing and compiling keep one busy.
What takes the time of something runs by itself, later, when Sphinx comes to its page.
No package does this: MyST-NB runs pages one by one, and jupyter-cache's parallel
executors fill one cache for all notebooks, where here each has its own
(`measured.kept_outputs`).
"""

import asyncio
import tempfile
import time
from collections.abc import Mapping

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from measured import cells

_CLOCKS = "perf_counter", "clock.", "history.seconds"


def time_nothing(page: nbformat.NotebookNode, name: str) -> bool:
    """Whether neither the cells do nor what they see of the chapter's room.

    Its experiments are left out: they ran when their records were made.
    """
    code = cells.code(page)
    parts = ((path, path.parts) for path in cells.seen(code, name))
    room = [p for p, of in parts if f"ch{name}" in of and "experiments" not in of]
    texts = (path.read_text(encoding="utf-8") for path in room)
    return not any(clock in t for t in (*code, *texts) for clock in _CLOCKS)


def run(pages: Mapping[str, nbformat.NotebookNode], timeout: int, done) -> None:
    """Runs notebooks, and calls `done(name, seconds)` for each that did not fail.

    The outputs are in the notebook then.

    Raises:
        DeadKernelError: A kernel has ended, by itself or by Ctrl-C.
    """

    async def all_of_them():
        room = asyncio.Semaphore(2)
        await asyncio.gather(
            *(_run(room, *item, timeout, done) for item in pages.items())
        )

    asyncio.run(all_of_them())


async def _run(room, name, page, timeout, done):
    async with room:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            where = {"metadata": {"path": folder}}
            client = NotebookClient(page, timeout=timeout, resources=where)
            try:
                await client.async_execute()
            except (CellExecutionError, CellTimeoutError):
                return
            except DeadKernelError as error:
                raise DeadKernelError(f"{name}: {error}") from error
        done(name, time.monotonic() - began)
