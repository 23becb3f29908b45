"""What the pages of the small book say."""

CHAPTER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

(ch-tiny)=
# A tiny chapter

What {cite:t}`he2016deep` do, in {numref}`fig-second` and {eq}`eq-second`.

```{admonition} What you will be able to do
:class: goals

1. Read two equations ({eq}`eq-second`).
2. Say the answer ({ref}`ex-say`).
```

```{predict} the-answer
:measured: measured:d
:unit: points
What is the *answer*?
```

```{predict} its-sign
:choices: negative; zero; positive
:answer: positive
And on which side of 0 < 1 is it?
```

```{code-cell} ipython3
import time

from resnet_book.figures import style
from resnet_book.figures.style import PLAIN, figure
from resnet_lib.tiny import answer

style.setup()
measured = answer()
print(f"executed at {time.time()}")
```

The answer is {glue:text}`measured:d`.

$$
y = F(x)
$$ (eq-first)

$$
y = x + F(x)
$$ (eq-second)

```{figure} ../book/_static/logo.svg
:name: fig-first
:alt: The logo

The first figure.
```

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-second
    caption: |
      The second figure.
  image:
    alt: A line that rises to the right
---
fig, ax = figure()
ax.plot([0, 1], [0, 1], color=PLAIN)
ax.set(xlabel="layer", ylabel="signal")
fig
```

## The exercise

````{exercise-start} Say the answer
:label: ex-say
````

{effort}`2, 10 min` Write `say`.

```{code-cell} ipython3
def say() -> int:
    return ...
```

````{exercise-end}
````

````{solution-start} ex-say
:label: sol-say
:class: dropdown
````

The words of secret_prose.

```{code-cell} ipython3
def say() -> int:
    secret_code = answer()
    return secret_code


assert say() == 42
```

````{solution-end}
````

```{code-cell} ipython3
# After the solution.
```

### Deeper

```{code-cell} ipython3
display(fig, fig)
```
```{exercise} Say it again
:label: ex-again

Once more.
```

```{solution} ex-again

42.
```
"""

HEADER = CHAPTER[: CHAPTER.index("(ch-tiny)=")]

OTHER = """\
(ch-other)=
# Another

(sec-other)=
## A section

$$ a $$ (eq-other)
"""

INDEX = """\
# A book

![A block](_static/hero.svg)

```{chapters}
```
"""

BIBLIOGRAPHY = """\
# Bibliography

```{bibliography}
```
"""

LIBRARY = '''\
"""One function."""


def answer() -> int:
    """Return 42."""
    return 42
'''


def code_cell(text: str, options: str = "") -> str:
    """Return a code cell as a chapter writes it."""
    return f"```{{code-cell}} ipython3\n{options}{text}\n```\n"
