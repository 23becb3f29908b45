/* What the interactive figures share: controls, SVG, numbers. No library: see
   book/_ext/measured/interactive.py. Classic scripts, since modules do not load from files. */

"use strict";

const Figures = (() => {
  const drawings = {};
  const SVG = "http://www.w3.org/2000/svg";
  const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const STATIC = document.currentScript.src.replace(/[^/]*$/, "");
  const loading = {};

  /** Loads a script of `in_page/` once: modules and fetch do not work from files. */
  function load(name) {
    loading[name] ??= new Promise((done, failed) => {
      const added = document.createElement("script");
      added.src = `${STATIC}in_page/${name}`;
      added.onload = done;
      added.onerror = () => {
        delete loading[name];
        failed(new Error(`${name} did not load: check the connection and press the ` +
          "button again, or unpack the whole book if this is a copy of it"));
      };
      document.head.append(added);
    });
    return loading[name];
  }

  /** A worker, made from the text of what it runs: files allow no other. */
  function worker(source) {
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const made = new Worker(address);
    URL.revokeObjectURL(address);
    return made;
  }

  /** Makes an element: attributes, then children (elements or text). */
  function element(tag, attributes = {}, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }

  /** Makes an SVG element. */
  function svg(tag, attributes = {}, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  }

  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  /** An SVG drawing that is hidden from screen readers: the words say the same. */
  function drawing(width, height) {
    const made = svg("svg", { "aria-hidden": "true", class: "interactive-drawing" });
    resize(made, width, height);
    return made;
  }

  /** A box for a drawing: calls `draw(width)` now and whenever there is another width.
      Without `draw` the drawing shrinks, letters and all. */
  function frame(picture, widest, draw) {
    const box = element("div", { class: "interactive-frame" }, picture);
    if (!draw) return box;
    let drawn = 0;
    new ResizeObserver(([{ contentRect }]) => {
      const width = Math.min(widest, Math.floor(contentRect.width));
      if (width && width !== drawn) draw(drawn = width);
    }).observe(box);
    return box;
  }

  /** Gives a drawing its size. */
  function resize(picture, width, height) {
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    picture.setAttribute("width", width);
  }

  /** A drawing in a box, `height` pixels high: `draw(given)` draws `paint(given, width)`,
      and once more when the page gives another width. */
  function panel(widest, height, paint) {
    const picture = drawing(widest, height);
    let given, width = 300;
    function draw(now = given) {
      given = now;
      resize(picture, width, height);
      picture.setAttribute("height", height);
      if (given) picture.replaceChildren(...paint(given, width));
    }
    const box = frame(picture, widest, (found) => { width = found; draw(); });
    return { box, draw };
  }

  /** Something under a title of its own. */
  const titled = (title, box) =>
    element("div", {}, element("p", { class: "interactive-title" }, title), box);

  const LINE = 15; // pixels between two labels

  /** Moves labels, each with its height `y`, to where none lies on another: down, but
      not below `lowest`. */
  function apart(labels, lowest = Infinity) {
    const sorted = [...labels].sort((a, b) => a.y - b.y);
    let free = -Infinity;
    const down = sorted.map(({ y }) => (free = Math.max(y, free) + LINE) - LINE);
    let floor = lowest + LINE;
    const up = down.reverse().map((y) => (floor = Math.min(y, floor - LINE)));
    return sorted.map((label, i) => ({ ...label, y: up[up.length - 1 - i] }));
  }

  let controls = 0;

  function button(title, press) {
    const made = element("button", { type: "button", class: "interactive-button" }, title);
    made.addEventListener("click", press);
    return made;
  }

  /** Radio buttons in a row: arrow keys move among them. */
  function choice(title, options, value, change) {
    const name = `interactive-${controls++}`;
    const buttons = options.map((option) => {
      const input = element("input", { type: "radio", name, value: option.value });
      input.checked = option.value === value;
      input.addEventListener("change", () => change(option.value));
      return element("label", {}, input, element("span", {}, option.text));
    });
    const legend = element("legend", {}, title);
    const row = element("div", { class: "interactive-row" }, ...buttons);
    return element("fieldset", {}, legend, row);
  }

  /** A slider over a list of values; `says` puts one into words. */
  function slider(title, values, index, says, change) {
    const id = `interactive-${controls++}`;
    const limits = { type: "range", min: 0, max: values.length - 1, step: 1 };
    const input = element("input", { id, ...limits, value: index });
    const shown = element("output", { for: id });
    const show = () => {
      shown.textContent = says(values[input.value]);
      input.setAttribute("aria-valuetext", says(values[input.value]));
    };
    input.addEventListener("input", () => {
      show();
      change(Number(input.value));
    });
    show();
    const label = element("label", { for: id }, title, " ", shown);
    return element("div", { class: "interactive-slider" }, label, input);
  }

  /** Moves a slider, as its reader would. */
  function move(holder, index) {
    const input = holder.querySelector("input");
    input.value = index;
    input.dispatchEvent(new Event("input"));
  }

  /** A list to choose from. */
  function select(title, options, value, change) {
    const id = `interactive-${controls++}`;
    const list = element("select", { id });
    for (const option of options) {
      const item = element("option", { value: option.value }, option.text);
      item.selected = option.value === value;
      list.append(item);
    }
    list.addEventListener("change", () => change(list.value));
    const label = element("label", { for: id }, title);
    return element("div", { class: "interactive-select" }, label, list);
  }

  /** Words that a screen reader speaks when they change. */
  function words() {
    return element("p", { class: "interactive-words", "aria-live": "polite" });
  }

  /** A number inside the words, found by its name. */
  function value(name, text) {
    return element("strong", { "data-value": name }, text);
  }

  /** 1234567 as 1,234,567. */
  const whole = (number) => number.toLocaleString("en");

  /** Three significant digits, with a power of ten far from 1. */
  function digits(number) {
    if (number >= 0.001 && number < 10000) return String(Number(number.toPrecision(3)));
    const [mantissa, exponent] = number.toExponential(1).split("e");
    return `${mantissa}·10${superscript(Number(exponent))}`;
  }

  function superscript(number) {
    const power = String(Math.abs(number)).replace(/\d/g, (d) => SUPERSCRIPT[d]);
    return (number < 0 ? "⁻" : "") + power;
  }

  /** Two digits after the point, with a minus as long as a plus. */
  const signed = (number) => number.toFixed(2).replace("-", "−");

  /** A share in percent, with one digit after the point below ten. */
  function percent(share) {
    return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
  }

  /** Registers how a figure is drawn: `draw(box, numbers)`. */
  function register(name, draw) {
    drawings[name] = draw;
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll(".interactive")) {
      const numbers = JSON.parse(box.querySelector("script").textContent);
      drawings[box.dataset.figure](box, numbers);
    }
  });

  return {
    apart, button, choice, digits, drawing, element, frame, load, move, panel, percent,
    register, resize, select, signed, slider, superscript, svg, titled, value, whole, words,
    worker,
  };
})();
