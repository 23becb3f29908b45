"""`jax.js`: the npm package @jax-js/jax as one classic script.

Modules and `fetch` are blocked in pages opened from a file. So the script only defines
a function, `jaxLibrary`, that makes the library: in a page, or by its text in a worker.
"""

import shutil
import subprocess
from pathlib import Path

import npm

HERE = Path(__file__).resolve().parent
PACKAGE = "@jax-js/jax"


def about() -> str:
    """The first line of the script: what it is made of."""
    version = npm.version(HERE, PACKAGE)
    return f"/* {PACKAGE} {version}, MIT: see jax-LICENSE.txt. Made by make in-page. */"


def write(folder: Path) -> None:
    """Write `jax.js` and its licence into a folder."""
    with npm.installed(HERE) as work:
        # Only Wasm is used: the parts for GPUs stay out, as files that nobody asks for.
        command = [
            "node_modules/.bin/esbuild",
            f"node_modules/{PACKAGE}/dist/index.js",
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
        shutil.copyfile(work / "jax.js", folder / "jax.js")
        licence = work / "node_modules" / PACKAGE / "LICENSE"
        shutil.copyfile(licence, folder / "jax-LICENSE.txt")
