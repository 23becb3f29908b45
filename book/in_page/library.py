"""`jax.js`: the npm package @jax-js/jax as one classic script.

Its version and hash are in package-lock.json, and npm refuses files with other hashes.
Modules and `fetch` are blocked in pages opened from a file. So the script only defines
a function, `jaxLibrary`, that makes the library: in a page, or by its text in a worker.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE / "package-lock.json"
PACKAGE = "node_modules/@jax-js/jax"


def about() -> str:
    """The first line of the script: what it is made of."""
    version = json.loads(LOCK.read_text(encoding="utf-8"))["packages"][PACKAGE][
        "version"
    ]
    return (
        f"/* @jax-js/jax {version}, MIT: see jax-LICENSE.txt. Made by make in-page. */"
    )


def write(folder: Path) -> None:
    """Write `jax.js` and its licence into a folder.

    Raises:
        SystemExit: there is no npm.
    """
    if shutil.which("npm") is None:
        raise SystemExit("in_page: no npm: install Node.js, which brings it")
    with tempfile.TemporaryDirectory() as work:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, work)
        subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=work, check=True)
        # Only Wasm is used: the parts for GPUs stay out, as files that nobody asks for.
        command = [
            "node_modules/.bin/esbuild",
            f"{PACKAGE}/dist/index.js",
            "--bundle",
            "--minify",
            "--format=iife",
            "--global-name=jax",
            "--target=es2022",
            "--charset=utf8",
            "--external:./web*",
            f"--banner:js={about()}\nglobalThis.jaxLibrary = () => {{",
            "--footer:js=return jax;\n};",
            "--outfile=jax.js",
        ]
        subprocess.run(command, cwd=work, check=True)
        shutil.copyfile(Path(work, "jax.js"), folder / "jax.js")
        licence = Path(work, PACKAGE, "LICENSE")
        shutil.copyfile(licence, folder / "jax-LICENSE.txt")
