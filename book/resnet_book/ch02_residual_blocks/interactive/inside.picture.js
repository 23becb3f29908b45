/* The picture that the nets see: a garment that the reader picks, or what they draw. */

"use strict";

globalThis.InsidePicture = ({ pictures, labels, names }, change) => {
  const { button, choice, element } = Figures;
  const SIDE = 28, SHOWN = 10, BRUSH = 1.3, START = 1;
  const WHITE = "1", BLACK = "0";
  let first = 0, picked = pictures[START], now = picked.slice(), label = labels[START];
  let ink = WHITE, last = null;

  /** A canvas with a picture on it. */
  function canvas(attributes) {
    return element("canvas", { width: SIDE, height: SIDE, ...attributes });
  }

  function paint(on, picture) {
    const image = new ImageData(SIDE, SIDE);
    picture.forEach((grey, i) => image.data.set([...Array(3).fill(255 * grey), 255], 4 * i));
    on.getContext("2d").putImageData(image, 0, 0);
  }

  const pad = canvas({ class: "inside-pad", role: "img" });
  const strip = element("div", { class: "inside-strip", role: "group",
    "aria-label": "Garments to pick" });

  function see(picture, of) {
    [now, label] = [picture.slice(), of];
    show();
  }

  function show() {
    paint(pad, now);
    pad.setAttribute("aria-label", label === null ? "What you have drawn" : names[label]);
    for (const button of strip.children) {
      button.setAttribute("aria-pressed", String(pictures[button.dataset.of] === picked));
    }
    change();
  }

  function pick(number) {
    picked = pictures[number];
    see(picked, labels[number]);
  }

  /** Ten garments, each a button. */
  function fill() {
    strip.replaceChildren(...Array.from({ length: SHOWN }, (_, i) => {
      const number = (first + i) % pictures.length;
      const face = canvas({ "aria-hidden": "true" });
      paint(face, pictures[number]);
      const button = element("button", { type: "button", class: "inside-garment",
        "data-of": number, "aria-label": `${names[labels[number]]}, garment ${number + 1}`,
        "aria-pressed": String(pictures[number] === picked) }, face);
      button.addEventListener("click", () => pick(number));
      return button;
    }));
  }

  /** Puts ink along the way from where the pointer was. */
  function draw(event) {
    if (!event.buttons) return;
    const { left, top, width } = pad.getBoundingClientRect();
    const at = [event.clientX - left, event.clientY - top].map((x) => x * SIDE / width - 0.5);
    const [from, steps] = [last ?? at, 1 + Math.ceil(Math.hypot(
      ...at.map((x, i) => x - (last ?? at)[i])))];
    for (let i = 1; i <= steps; i++) {
      dot(...at.map((x, axis) => from[axis] + (x - from[axis]) * i / steps));
    }
    last = at;
    picked = label = null;
    show();
  }

  function dot(x, y) {
    for (let i = 0; i < now.length; i++) {
      const away = Math.hypot((i % SIDE) - x, Math.floor(i / SIDE) - y);
      const share = Math.min(1, Math.max(0, BRUSH + 0.5 - away));
      now[i] += share * (Number(ink) - now[i]);
    }
  }

  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    last = null;
    draw(event);
  });
  pad.addEventListener("pointermove", draw);

  const more = button("Ten others", () => {
    first = (first + SHOWN) % pictures.length;
    fill();
  });
  const clear = button("Clear", () => {
    picked = null;
    see(new Float32Array(SIDE * SIDE), null);
  });
  const inks = [{ value: WHITE, text: "white" }, { value: BLACK, text: "black" }];

  fill();
  paint(pad, now);
  pad.setAttribute("aria-label", names[label]);
  const tools = element("div", { class: "inside-tools" },
    choice("Draw on it with", inks, ink, (to) => { ink = to; }), clear);
  const box = element("div", { class: "inside-picture" }, pad,
    element("div", {}, strip, more, tools));
  return { box, now: () => now, label: () => label };
};
