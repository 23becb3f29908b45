/* The answers that the figure shows, loaded once a reader asks, and decoded. */

"use strict";

const MistakesData = (() => {
  const CLASSES = 10, PIXELS = 28 * 28;

  /** Loads and decodes the answers. */
  async function load() {
    await Figures.load("mistakes.js");
    return decoded(globalThis.mistakes);
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
