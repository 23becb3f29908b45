/* Trains both networks beside the page, so that the page never waits. Runs in a worker:
   refers to nothing but its arguments. Asked for a step, it answers with what it found. */

"use strict";

globalThis.TrainingWorker = (jax, network) => {
  const { numpy: np } = jax;
  const PIXELS = 196, CLASSES = 10, BATCH = 64, TRAIN = 1600, EVERY = 10;
  let images, labels, random, nets;

  /** The images, with mean 0 and variance 1 over those to train on, and the labels. */
  function read(garments) {
    const value = new Map([...garments.greys].map((letter, grey) => [letter, grey]));
    images = Float32Array.from(garments.pixels, (letter) => value.get(letter));
    labels = Uint8Array.from(garments.labels, Number);
    const seen = images.subarray(0, TRAIN * PIXELS);
    const mean = seen.reduce((sum, x) => sum + x, 0) / seen.length;
    const variance = seen.reduce((sum, x) => sum + (x - mean) ** 2, 0) / seen.length;
    images = images.map((x) => (x - mean) / Math.sqrt(variance));
  }

  /** Images and labels of these numbers, as arrays. */
  function batch(chosen) {
    const x = new Float32Array(chosen.length * PIXELS);
    const y = new Float32Array(chosen.length * CLASSES);
    chosen.forEach((image, row) => {
      x.set(images.subarray(image * PIXELS, (image + 1) * PIXELS), row * PIXELS);
      y[row * CLASSES + labels[image]] = 1;
    });
    return [np.array(x).reshape([chosen.length, PIXELS]),
      np.array(y).reshape([chosen.length, CLASSES])];
  }

  /** Both networks with the same weights at first. */
  function begin({ garments, activation, depth, scale, seed }) {
    read(garments);
    random = network.uniform(seed + 1);
    nets = ["plain", "residual"].map((name) => {
      const about = { activation, residual: name === "residual" };
      const weights = network.initial({ depth, scale, seed });
      const zeros = () => weights.map((w) => np.zeros(w.shape));
      const [step, classes] = [network.step(about), network.classes(about)];
      return { name, weights, means: zeros(), squares: zeros(), step, classes };
    });
    return {};
  }

  /** One step of both on the same images. */
  function step({ count }) {
    const chosen = Array.from({ length: BATCH }, () => Math.floor(random() * TRAIN));
    const found = {};
    for (const net of nets) {
      const [x, y] = batch(chosen);
      const rate = np.array(network.rate(count));
      let loss, norms;
      [net.weights, net.means, net.squares, loss, norms] =
        net.step(net.weights, net.means, net.squares, rate, x, y);
      found[net.name] = { loss: loss.js(), norms: norms.js() };
      if (count === 1 || count % EVERY === 0) found[net.name].accuracy = accuracy(net);
    }
    return { count, found };
  }

  /** The share of the other images that are named rightly, without the layers `off`. */
  function accuracy(net, off = []) {
    const held = Array.from(labels.keys()).slice(TRAIN);
    const [x, y] = batch(held);
    y.dispose();
    const on = net.weights.slice(1, -1).map((_, i) => np.array(off.includes(i) ? 0 : 1));
    const answers = net.classes(net.weights.map((w) => w.ref), x, on).js();
    return held.filter((image, i) => answers[i] === labels[image]).length / held.length;
  }

  /** Both accuracies without some of the layers. */
  const broken = ({ off }) =>
    ({ found: Object.fromEntries(nets.map((net) => [net.name, accuracy(net, off)])) });

  const ready = jax.init("wasm").then((devices) => {
    if (!devices.includes("wasm")) throw new Error("no WebAssembly");
    jax.defaultDevice("wasm");
  });

  self.onmessage = async ({ data }) => {
    try {
      await ready;
      self.postMessage((data.garments ? begin : data.off ? broken : step)(data));
    } catch (error) {
      self.postMessage({ error: error.message });
    }
  };
};
