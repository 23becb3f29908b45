/* The answers that the figure shows, loaded once a reader asks, and decoded. */

"use strict";

const MistakesData = (() => {
  const STATIC = document.currentScript.src.replace(/[^/]*$/, "");
  const FILE = "mistakes.js", CLASSES = 10, PIXELS = 28 * 28;
  let loading = null;

  /** Loads and decodes the answers, once: modules and fetch do not work from files. */
  function load() {
    return loading ??= new Promise((done, failed) => {
      const added = document.createElement("script");
      added.src = `${STATIC}in_page/${FILE}`;
      added.onload = () => done(decoded(globalThis.mistakes));
      added.onerror = () => {
        loading = null;
        failed(new Error(`${FILE} did not load: check the connection and try again, or ` +
          "unpack the whole book if this is a copy of it"));
      };
      document.head.append(added);
    });
  }

  /** Labels, answers, logits by image, and the pictures: [image] → 784 greys, 0 to 1. */
  function decoded({ labels, low, step, greys, logits, shown, pixels }) {
    const value = new Map([...greys].map((letter, grey) => [letter, grey]));
    const letters = (text) => Array.from(text, (letter) => value.get(letter));
    const halves = letters(logits);
    const numbers = Float64Array.from({ length: halves.length / 2 }, (_, i) =>
      low + step * (greys.length * halves[2 * i] + halves[2 * i + 1]));
    const flat = letters(pixels).map((grey) => grey / (greys.length - 1));
    const images = Array.from(labels, (label, i) => {
      const own = numbers.subarray(CLASSES * i, CLASSES * (i + 1));
      return { label: Number(label), logits: own, answer: own.indexOf(Math.max(...own)) };
    });
    shown.forEach((image, i) => {
      images[image].picture = flat.slice(PIXELS * i, PIXELS * (i + 1));
    });
    return images;
  }

  return { load };
})();
