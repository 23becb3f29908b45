/* Starts the worker that trains, and loads what it needs: only once a reader asks. */

"use strict";

const Trainer = (() => {
  const STATIC = document.currentScript.src.replace(/[^/]*$/, "");
  const loading = {};

  /** Loads a classic script once: modules and fetch do not work from files. */
  function script(name) {
    loading[name] ??= new Promise((done, failed) => {
      const added = document.createElement("script");
      added.src = `${STATIC}in_page/${name}`;
      added.onload = done;
      added.onerror = () => {
        delete loading[name];
        failed(new Error(`${name} did not load: check the connection and press Train ` +
          "again, or unpack the whole book if this is a copy of it"));
      };
      document.head.append(added);
    });
    return loading[name];
  }

  /** A worker, made from the texts of the functions that it runs. */
  function worker() {
    const source = `const jax = (${jaxLibrary})();
      (${TrainingWorker})(jax, (${TrainingNetwork})(jax));`;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const made = new Worker(address);
    URL.revokeObjectURL(address);
    return made;
  }

  /** Begins a training: `ask(message)` waits for an answer, `end()` throws it all away. */
  async function begin(options) {
    if (!window.Worker || !window.WebAssembly) {
      throw new Error("this browser lacks WebAssembly or workers, or has them switched " +
        "off: open the page in another one, or read the table below");
    }
    await Promise.all([script("jax.js"), script("garments.js")]);
    const made = worker();
    const ask = (message) => new Promise((done, failed) => {
      made.onmessage = ({ data }) => (data.error ? failed(stopped(data.error)) : done(data));
      made.onerror = ({ message: what }) => failed(stopped(what));
      made.postMessage(message);
    });
    const end = () => made.terminate();
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
