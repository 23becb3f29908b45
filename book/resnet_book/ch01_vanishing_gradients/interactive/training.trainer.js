/* Starts the worker that trains, and loads what it needs: only once a reader asks. */

"use strict";

const Trainer = (() => {
  /** A worker, made from the texts of the functions that it runs. */
  const worker = () => Figures.worker(`const jax = (${jaxLibrary})();
    (${TrainingWorker})(jax, (${TrainingNetwork})(jax));`);

  /** Begins a training: `ask(message)` waits for an answer, `end()` throws it all away. */
  async function begin(options) {
    if (!window.Worker || !window.WebAssembly) {
      throw new Error("this browser lacks WebAssembly or workers, or has them switched " +
        "off: open the page in another one, or read the table below");
    }
    await Promise.all(["jax.js", "garments.js"].map(Figures.load));
    const made = worker();
    let drop = () => {};
    const ask = (message) => new Promise((done, failed) => {
      drop = failed;
      made.onmessage = ({ data }) => (data.error ? failed(stopped(data.error)) : done(data));
      made.onerror = ({ message: what }) => failed(stopped(what));
      made.postMessage(message);
    });
    const end = () => {
      made.terminate();
      drop(stopped("thrown away")); // nobody waits for an answer that cannot come
    };
    try {
      await ask({ garments, ...options });
    } catch (error) {
      end();
      throw error;
    }
    return { ask, end };
  }

  const stopped = (what) => new Error(`training stopped (${what ?? "unknown reason"}): ` +
    "press Reset, and choose fewer layers if it happens again");

  return { begin };
})();
