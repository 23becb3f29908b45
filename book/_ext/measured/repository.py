"""Where the repository and the published book live: read in one place.

`_config.yml` names the repository; a fork sets `BOOK_REPOSITORY` instead of editing
it, and every link of the pages and notebooks follows. Text that shows the address
says `{{repository}}`. As a Sphinx extension this module fills that in and hands the
addresses to the theme and to what shared links show.

MyST's substitutions do not reach into links and code, nor into notebooks.
"""

import os
import tomllib
from functools import cache
from pathlib import Path

import yaml
from sphinx_external_toc.parsing import parse_toc_yaml

from measured import hints, prose_numbers

ROOT = Path(__file__).resolve().parents[3]


@cache
def _settings() -> dict[str, str]:
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    return config["repository"]


def address() -> str:
    """Return the repository's address, `https://github.com/OWNER/NAME`.

    Raises:
        ValueError: `BOOK_REPOSITORY` is not such an address.
    """
    url = os.environ.get("BOOK_REPOSITORY") or _settings()["url"]
    url = url.removesuffix("/").removesuffix(".git")
    host, _, name = url.partition("github.com/")
    if host != "https://" or name.count("/") != 1 or not all(name.split("/")):
        raise ValueError(
            f"the repository's address is {url!r}; "
            "write it as https://github.com/OWNER/NAME (_config.yml, BOOK_REPOSITORY)"
        )
    return url


def chapters() -> list[Path]:
    """Return the sources of the finished chapters: those that `_toc.yml` lists."""
    names = {name.removesuffix(".md") for name in parse_toc_yaml(ROOT / "_toc.yml")}
    return sorted(ROOT / f"{n}.md" for n in names if n.startswith("chapters/"))


def branch() -> str:
    """Return the branch that links point to."""
    return _settings()["branch"]


def release() -> str:
    """Return the tag that notebooks install: `v` and the package's version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return "v" + project["project"]["version"]


def book_address() -> str:
    """Return the address of the published pages, with no slash at the end."""
    owner, name = address().split("/")[-2:]
    return f"https://{owner.lower()}.github.io/{name}"


def file_address(path: str) -> str:
    """Return the address of a file's page in the repository."""
    return f"{address()}/blob/{branch()}/{path}"


def raw_address(path: str) -> str:
    """Return the address of a file's bytes, for images in notebooks."""
    owner, name = address().split("/")[-2:]
    # Without the question, SVG comes with a type that browsers will not draw.
    question = "?sanitize=true" if path.endswith(".svg") else ""
    host = "https://raw.githubusercontent.com"
    return f"{host}/{owner}/{name}/{branch()}/{path}{question}"


def colab_address(path: str) -> str:
    """Return the address that opens a notebook of the repository in Colab."""
    owner, name = address().split("/")[-2:]
    colab = "https://colab.research.google.com/github"
    return f"{colab}/{owner}/{name}/blob/{branch()}/{path}"


def fill_in(text: str) -> str:
    """Return a page's source with the address, hints and hidden cells filled in."""
    text = text.replace("{{repository}}", address())
    text = hints.expand(text.replace("{{colab}}", colab_address("chapters")))
    return prose_numbers.expand(text)


def source(path: Path) -> str:
    """Return the source of a chapter that lies in the repository, filled in.

    Raises:
        ValueError: a cell is no Python, or an exercise has no hints; with the file's
            name.
    """
    try:
        return fill_in(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _read(_app, _docname, source) -> None:
    source[0] = fill_in(source[0])


def _tell_others(_app, config) -> None:
    config.html_theme_options["repository_url"] = address()
    config.html_theme_options["repository_branch"] = branch()
    config.ogp_site_url = f"{book_address()}/"


def setup(app) -> None:
    """Register this part."""
    app.connect("config-inited", _tell_others)
    app.connect("source-read", _read)
