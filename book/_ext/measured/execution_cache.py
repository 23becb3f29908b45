"""Keep cells' outputs only as long as what they came from is unchanged.

jupyter-cache compares the cells alone, so an edit to `resnet_lib` would leave old
outputs on the page. Here the cache's folder carries a hash of everything else that
a cell can see: the package, the locked versions, the recorded runs and Python's
version.
"""

import hashlib
import shutil
import sys
from pathlib import Path

_SEEN_BY_CELLS = (
    "resnet_lib/**/*",
    "requirements.txt",
    "book/resnet_book/runs/**/*.json",
)


def fingerprint(root: Path) -> str:
    """Return a hash of all that cells use from the project at `root`."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for pattern in _SEEN_BY_CELLS:
        for path in sorted(root.glob(pattern)):
            if not path.is_file() or "__pycache__" in path.parts:
                continue
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _choose_folder(app, config) -> None:
    caches = Path(app.outdir).parent / ".jupyter_cache"
    current = caches / fingerprint(Path(app.srcdir))
    for other in caches.glob("*"):
        if other != current:
            shutil.rmtree(other, ignore_errors=True)
    config.nb_execution_cache_path = str(current)


def setup(app) -> None:
    """Register this part."""
    app.connect("config-inited", _choose_folder)
