"""What of a built page becomes slides, what is said with them, and where links lead."""

import pytest
from bs4 import BeautifulSoup

from slides import __main__ as making
from slides import deck, page, sentences

DRAWING = """<div class="themed-figure-box">
<svg class="themed-figure wide" viewBox="0 0 {} 100" aria-label="It falls."></svg>
<svg class="themed-figure narrow" viewBox="0 0 90 100" aria-label="It falls."></svg>
</div>
<figcaption><p>Figure 1 Loss<a class="headerlink" href="#fig">#</a></p></figcaption>"""
QUESTION = (
    '{"name": "grows", "measured": "it grows", "choices": ["it grows", "it shrinks"]}'
)
PAGE = f"""<head><link rel="stylesheet" href="../_static/style.css">
<script src="../_static/mathjax/tex-chtml.js"></script><script src="other.js"></script>
</head><article class="bd-article"><p class="ran">On a cpu.</p>
<section id="depth"><h1>1. Depth<a class="headerlink" href="#depth">#</a></h1>
<p id="why">Deep nets fail. Why?</p>
<div class="needs admonition"><p class="admonition-title">What you need</p></div>
<section id="product"><h2>1.1. A product</h2>
<p>See <a href="#fig-loss">the figure</a>, <a href="#code">the code</a>,
<a href="02.html#x">the next</a> and <a href="../book/api.html">the API</a>. It is</p>
<div class="math" id="eq"><span class="eqno">(1.1)</span>\\[ y = x \\]</div>
<p>where <span class="math">\\(x\\)</span> is the input. More of it.</p>
<div class="cell"><div class="cell_input">code</div><div class="cell_output">
<figure id="fig-loss">{DRAWING.format(200)}</figure><pre>printed</pre></div></div>
<div class="cell"><div class="cell_output">
<table><tr><td>7 (6 to 8)</td></tr></table></div></div>
<div class="predict admonition"><p>What happens?</p>
<div class="predict-form" data-question='{QUESTION}'></div></div>
<section id="details"><h3>Details</h3>
<div class="exercise admonition" id="ex"><p class="admonition-title">Exercise 1</p>
<section id="inner"><p>Find it.</p><div class="cell">stub</div>
<details>hint</details></section></div>
<div class="solution admonition"><p>Found.</p></div></section></section>
<section id="end"><h2>1.2. End</h2><ul><li>one</li></ul></section>
</section></article>"""


@pytest.fixture(scope="module")
def stacks():
    return page.stacks(page.article(PAGE))


@pytest.fixture(scope="module")
def made():
    return BeautifulSoup(deck.make("01_depth", PAGE).html, "html.parser")


def words(tags):
    return [" ".join(tag.get_text().split()) for tag in tags]


def test_a_stack_is_a_section_and_each_item_is_a_slide(stacks):
    kinds = [[slide.kind for slide in stack] for stack in stacks]
    assert kinds == [
        ["title"],
        ["section", "equation", "figure", "numbers", "box", "box"],
        ["list"],
    ]


def test_the_title_asks_what_the_chapter_asks_sentence_by_sentence(stacks):
    assert words(stacks[0][0].shown) == ["Deep nets fail.", "Why?"]
    assert words(stacks[0][0].notes) == ["Deep nets fail. Why?", "What you need"]


def test_a_section_opens_with_its_first_sentence_and_what_follows_is_said(stacks):
    section, equation = stacks[1][:2]
    assert words(section.shown) == ["See the figure, the code, the next and the API."]
    assert words(section.notes)[0].endswith("the API. It is")
    assert words(equation.notes) == ["where \\(x\\) is the input. More of it."]


def test_an_equation_stands_in_its_sentence(stacks):
    shown = words(stacks[1][1].shown)
    assert shown == ["It is", "(1.1)\\[ y = x \\]", "where \\(x\\) is the input."]


def test_a_figure_is_its_wide_drawing_and_is_said_in_words(stacks):
    slide = stacks[1][2]
    assert [svg["class"] for svg in slide.shown[0].select("svg")] == [
        ["themed-figure", "wide"]
    ]
    assert words([slide.shown[0].figcaption]) == ["Figure 1 Loss"]
    assert words(slide.notes) == ["In words: It falls."]


@pytest.mark.parametrize("width, kind", [(200, "figure"), (140, "tall")])
def test_the_caption_of_a_high_figure_will_stand_beside_it(width, kind):
    figure = f"<figure>{DRAWING.format(width)}</figure>"
    text = f'<article class="bd-article"><section id="a"><h1>A</h1>{figure}</section>'
    assert page.stacks(page.article(text))[0][0].kind == kind


def test_a_picture_is_a_figure_and_is_said_in_words():
    figure = '<figure><img src="a.png" alt="A shoe."><figcaption></figcaption></figure>'
    text = f'<article class="bd-article"><section id="a"><h1>A</h1>{figure}</section>'
    (slide,) = page.stacks(page.article(text))[0]
    assert (slide.kind, words(slide.notes)) == ("figure", ["In words: A shoe."])


def test_words_that_were_not_the_pages_lead_to_nothing(stacks):
    assert words(stacks[1][3].shown) == ["7 (6 to 8)"]


def test_a_line_of_a_table_may_end_before_an_interval_but_not_within(stacks):
    (cell,) = stacks[1][3].shown[0].select("td")
    assert words(cell.select(".together")) == ["(6 to 8)"]


def test_a_prediction_has_its_choices_and_its_answer_as_the_next_step(stacks):
    slide = stacks[1][4]
    assert words(slide.shown[0].select("li")) == ["it grows", "it shrinks"]
    assert words(slide.shown[0].select(".fragment")) == ["Measured: it grows"]
    assert words(slide.notes) == ["Measured: it grows"]


def test_an_exercise_is_its_question_alone(stacks):
    slide = stacks[1][5]
    assert words(slide.shown) == ["Exercise 1 Find it."]
    assert slide.shown[0].find("section") is None
    assert "Details" in slide.section.get_text()


def test_every_paragraph_is_said_once_and_code_and_solutions_stay_in_the_page(made):
    said = " ".join(words(made.select(".notes")))
    for sentence in ("Deep nets fail.", "What you need", "More of it."):
        assert said.count(sentence) == 1
    text = made.get_text()
    for gone in ("printed", "stub", "hint", "Found.", "On a cpu.", "#"):
        assert gone not in text


def test_links_lead_to_slides_where_there_are_some_and_to_the_page_otherwise(made):
    links = {" ".join(a.get_text().split()): a["href"] for a in made.select("a")}
    assert links["the figure"] == "#fig-loss"
    assert links["the code"] == "../chapters/01_depth.html#code"
    assert links["the next"] == "../chapters/02.html#x"
    assert links["the API"] == "../book/api.html"
    assert links["Details"] == "../chapters/01_depth.html#details"


def test_a_deck_has_the_pages_style_and_no_script_of_it_but_what_draws(made):
    assert made.select_one("link")["href"] == "../_static/style.css"
    scripts = [script["src"] for script in made.select("script[src]")]
    assert "../_static/mathjax/tex-chtml.js" in scripts
    assert "other.js" not in scripts
    ids = [element["id"] for element in made.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    assert len(made.select(".slides > section > section")) == 8


def test_a_folder_without_chapters_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="make book"):
        making.write(tmp_path)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("One. Two? Three", ["One.", "Two?", "Three"]),
        ("It said “no.” Then 1.5 times.", ["It said “no.”", "Then 1.5 times."]),
        (
            'By <em>A. et al.</em> (1999). So <b id="x">it</b> is.',
            ["By A. et al. (1999).", "So it is."],
        ),
        ('It is <span class="together"><i>q</i>.</span> Then', ["It is q.", "Then"]),
        ('With <span class="together"><i>q</i>,</span> then', ["With q, then"]),
        ("", []),
    ],
)
def test_a_paragraph_is_cut_where_a_sentence_ends(text, expected):
    cut = sentences.split(BeautifulSoup(f"<p>{text}</p>", "html.parser").p)
    assert words(cut) == expected
    assert not any(sentence.find(id=True) for sentence in cut)
