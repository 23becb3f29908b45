/* Forms in the boxes "Predict", and how the predictions did at the chapter's end. What a
   reader says stays in this browser. The notebooks say the same in the same words:
   resnet_book/predictions.py. */

"use strict";

(() => {
  const BOOK = "residual-networks-measured/predictions/";

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /** A page's predictions: {name: {guess, seen}}. Without storage they last a visit. */
  function keep(page) {
    let kept = {}, unsaved = false;
    const read = () => {
      try {
        const found = JSON.parse(localStorage.getItem(BOOK + page));
        kept = found && typeof found === "object" && !Array.isArray(found) ? found : {};
      } catch {
        // Refused, or not what was written here.
      }
    };
    const save = () => {
      try {
        localStorage.setItem(BOOK + page, JSON.stringify(kept));
        unsaved = false;
      } catch {
        unsaved = true; // refused or full
      }
    };
    read();
    return {
      get: (name) => kept[name],
      set(name, value) {
        if (!unsaved) read(); // another tab may have kept or forgotten something
        kept[name] = value;
        save();
      },
      forget() {
        kept = {};
        save();
      },
    };
  }

  const decimals = (text) => (/\.(\d+)$/.exec(text)?.[1] ?? "").length;
  const written = (value, digits) => value.toLocaleString("en", {
    minimumFractionDigits: digits, maximumFractionDigits: digits,
  });
  const withUnit = (text, unit) => (unit ? `${text}\u00a0${unit}` : text);
  const said = (guess, { choices, unit }) =>
    (choices ? `“${guess}”` : withUnit(String(guess), unit));

  /** How a prediction did, in a sentence. */
  function compared(guess, { choices, unit, measured }) {
    if (choices) {
      const right = guess === measured;
      return `You said “${guess}”${right ? ": right." : `, measured is “${measured}”.`}`;
    }
    const value = Number(measured.replaceAll(",", ""));
    const both = `You said ${withUnit(guess, unit)}, measured is ${withUnit(measured, unit)}`;
    if (guess === value) return `${both}: exactly.`;
    const ratio = guess / value;
    const times = ratio > 1 ? ratio : 1 / ratio;
    if (unit !== "%" && ratio > 0 && (times >= 3 || measured.includes("e"))) {
      const words = times < 1e6 ? written(times, times < 10 ? 1 : 0) : "more than a million";
      return `${both}: ${words} times too ${ratio > 1 ? "large" : "small"}.`;
    }
    const digits = Math.max(decimals(String(guess)), decimals(measured));
    const off = written(Math.abs(guess - value), digits);
    if (unit === "%") return `${both}: off by ${off} points.`;
    const share = value ? ` (${written(Math.abs(100 * (ratio - 1)), 0)}\u00a0%)` : "";
    return `${both}: off by ${off}${share}.`;
  }

  /** Whether what was kept answers today's question. */
  function answers(one, { choices }) {
    if (!one || typeof one !== "object") return false;
    return choices ? choices.includes(one.guess) : Number.isFinite(one.guess);
  }

  function field({ choices, unit, name }) {
    const title = "Your prediction";
    if (!choices) {
      const id = `prediction-${name}`;
      const input = element("input", { id, type: "number", step: "any", required: "" });
      const label = element("label", { for: id }, unit ? `${title} (${unit})` : title);
      return element("div", { class: "predict-number" }, label, input);
    }
    const options = choices.map((value) => element("label", {},
      element("input", { type: "radio", name, value, required: "" }), value));
    const row = element("div", { class: "predict-choices" }, ...options);
    return element("fieldset", {}, element("legend", {}, title), row);
  }

  function setUp(place) {
    const question = JSON.parse(place.dataset.question);
    const { page, name, choices } = question;
    const kept = keepers[page] ??= keep(page);
    const entry = field(question);
    const submit = element("button", { type: "submit" }, "Keep my prediction");
    const reveal = element("button", { type: "button" }, "Show what was measured");
    const row = element("div", { class: "predict-buttons" }, submit, reveal);
    const form = element("form", {}, entry, row);
    const words = element("p", { class: "predict-words", "aria-live": "polite" });
    const inputs = [...entry.querySelectorAll("input")];
    let given;

    function show() {
      const one = kept.get(name);
      const known = answers(one, question);
      form.hidden = known && one.seen;
      reveal.hidden = !known;
      if (!known) words.textContent = "";
      else if (one.seen) words.textContent = compared(one.guess, question);
      else words.textContent = `Kept: ${said(one.guess, question)}.`;
      const guess = known ? one.guess : undefined;
      if (guess === given) return; // what is typed and not yet kept stays
      given = guess;
      for (const input of inputs) {
        if (choices) input.checked = input.value === guess;
        else input.value = guess ?? "";
      }
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const guess = choices ? inputs.find((input) => input.checked).value
        : Number(inputs[0].value);
      kept.set(name, { guess, seen: false });
      update(page);
    });
    reveal.addEventListener("click", () => {
      kept.set(name, { ...kept.get(name), seen: true });
      update(page);
      words.tabIndex = -1; // the button that had the focus is gone
      words.focus();
    });
    place.append(form, words);
    return { ...question, kept, show };
  }

  const keepers = {};
  let boxes = [];

  function update(page) {
    const here = boxes.filter((box) => box.page === page);
    for (const box of here) box.show();
    const place = document.querySelector(`.predictions[data-page="${CSS.escape(page)}"]`);
    if (place) summarise(place, here);
  }

  const capital = (name) => name[0].toUpperCase() + name.slice(1).replaceAll("-", " ");

  function line(box) {
    const one = box.kept.get(box.name);
    const link = element("a", { href: `#predict-${box.name}` }, capital(box.name));
    const text = one.seen ? compared(one.guess, box)
      : `You said ${said(one.guess, box)}; not compared yet.`;
    return element("li", {}, link, `: ${text}`);
  }

  /** Lists a page's predictions where its recap begins. */
  function summarise(place, here) {
    const made = here.filter((box) => answers(box.kept.get(box.name), box));
    place.hidden = !made.length;
    const title = element("p", { class: "admonition-title" }, "Your predictions");
    const count = element("p", {},
      `${made.length} of ${here.length} made, and kept in this browser alone.`);
    const button = element("button", { type: "button" }, "Forget these predictions");
    button.addEventListener("click", () => {
      here[0].kept.forget();
      update(here[0].page);
      place.hidden = false;
      const done = element("p", { tabindex: "-1" }, "Forgotten: the boxes ask again.");
      place.replaceChildren(title, done);
      done.focus();
    });
    place.replaceChildren(title, count, element("ul", {}, ...made.map(line)), button);
  }

  /** Says on the landing page how many of a chapter's predictions are made. */
  function tally(place) {
    const kept = keep(place.dataset.page);
    const names = place.dataset.names.split(" ");
    const made = names.filter((name) => kept.get(name)?.guess !== undefined).length;
    if (made) place.textContent = ` · ${made} of ${names.length} predictions made`;
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".predictions-made").forEach(tally);
    boxes = [...document.querySelectorAll(".predict-form")].map(setUp);
    for (const page of Object.keys(keepers)) update(page);
  });
})();
