/* Loads the trained nets and their garments, and gives each net a worker: only once a
   reader asks. */

"use strict";

const InsideNets = (() => {
  const PIXELS = 28 * 28;

  /** Both nets, and what they can be shown. */
  async function begin() {
    if (!window.Worker) {
      throw new Error("this browser lacks workers, or has them switched off: open the " +
        "page in another one, or read the table below");
    }
    await Figures.load("trained.js");
    const { names, images, nets } = trained;
    const garments = { ...decoded(trained), scale: { mean: trained.mean, std: trained.std } };
    const made = Object.entries(nets).map(([name, packed]) => [name, net(packed, garments)]);
    return { names, images, ...garments, nets: Object.fromEntries(made) };
  }

  function decoded({ greys, pixels, labels }) {
    const value = new Map([...greys].map((letter, grey) => [letter, grey / (greys.length - 1)]));
    const all = Float32Array.from(pixels, (letter) => value.get(letter));
    const pictures = Array.from(labels, (_, i) => all.slice(i * PIXELS, (i + 1) * PIXELS));
    return { pictures, labels: Array.from(labels, Number) };
  }

  /** One net: `ask` for the answers behind each block, `count` the right ones. */
  function net(packed, garments) {
    const worker = Figures.worker(`(${InsideWorker})((${InsideNetwork})());`);
    const { blocks } = InsideNetwork().read(packed);
    const waiting = [];
    let tell = () => {};
    worker.onmessage = ({ data }) =>
      data.answers ? waiting.shift().done(data.answers) : tell(data.counted);
    worker.onerror = ({ message }) => {
      const error = new Error(`the net stopped (${message || "unknown reason"}): load ` +
        "the page again");
      for (const { failed } of waiting.splice(0)) failed(error);
    };
    worker.postMessage({ packed, ...garments });

    return {
      blocks,
      right: packed.right,
      residual: packed.residual,
      ask: (picture, off) => new Promise((done, failed) => {
        waiting.push({ done, failed });
        worker.postMessage({ picture, off });
      }),
      count(off, each) {
        tell = (found) => String(found.off) === String(off) && each(found);
        worker.postMessage({ off });
      },
    };
  }

  return { begin };
})();
