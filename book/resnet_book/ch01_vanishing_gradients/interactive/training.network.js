/* The network that trains in the page, and one step of its training.

   Signals of 48 numbers go through D layers, plain h ← φ(W h) or residual h ← h + φ(W h),
   between a stem and a head that are linear. It is given `jax` and refers to nothing else,
   since it runs in a worker. In jax-js a function uses up its arguments: `.ref` keeps one. */

"use strict";

globalThis.TrainingNetwork = (jax) => {
  const { jit, nn, numpy: np, valueAndGrad } = jax;
  const PIXELS = 196, WIDTH = 48, CLASSES = 10;
  const RATE = 0.001, DECAYS = [0.9, 0.999], EPSILON = 1e-8;
  // jax-js's own sigmoid has no derivative left of about -88, where exp overflows.
  const sigmoid = (x) => np.tanh(x.mul(0.5)).add(1).mul(0.5);
  const ACTIVATIONS = { tanh: np.tanh, ReLU: nn.relu, sigmoid };

  /** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
  function uniform(seed) {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  /** Weights from N(0, scale² / inputs). */
  function matrix(random, inputs, outputs, scale) {
    const drawn = new Float32Array(inputs * outputs);
    for (let i = 0; i < drawn.length; i++) {
      const radius = Math.sqrt(-2 * Math.log(1 - random()));
      drawn[i] = scale * radius * Math.cos(2 * Math.PI * random()) / Math.sqrt(inputs);
    }
    return np.array(drawn).reshape([inputs, outputs]);
  }

  /** The weights at first: the stem, the layers from the input on, the head. */
  function initial({ depth, scale, seed }) {
    const random = uniform(seed);
    const stem = matrix(random, PIXELS, WIDTH, 1);
    const layers = Array.from({ length: depth }, () => matrix(random, WIDTH, WIDTH, scale));
    return [stem, ...layers, matrix(random, WIDTH, CLASSES, 1)];
  }

  /** The answers. `on` has a 1 for each layer, or a 0 for one that hands on its input. */
  function logits({ residual, activation }, weights, x, on) {
    const [stem, ...layers] = weights;
    const head = layers.pop();
    let h = np.matmul(x, stem);
    layers.forEach((w, i) => {
      let branch = ACTIVATIONS[activation](np.matmul(residual || on ? h.ref : h, w));
      if (on) {
        branch = branch.mul(on[i].ref);
        if (!residual) h = h.mul(np.array(1).sub(on[i].ref));
        on[i].dispose();
      }
      h = residual || on ? h.add(branch) : branch;
    });
    return np.matmul(h, head);
  }

  /** Mean cross-entropy; `y` holds a row with a single 1 for each image. */
  function loss(net, weights, x, y) {
    const found = nn.logSoftmax(logits(net, weights, x), -1);
    return np.sum(found.mul(y)).mul(-1 / y.shape[0]);
  }

  /** `(weights, x, y)` to the loss and its gradients. */
  const gradients = (net) =>
    valueAndGrad((weights, x, y) => loss(net, weights, x, y));

  /** ‖g‖, over its largest entry first: squares of 1e-25 are 0 in float32. */
  function norm(g) {
    const most = np.max(np.abs(g.ref)).add(1e-37);
    return np.sqrt(np.sum(np.square(g.div(most.ref)))).mul(most);
  }

  /** One step of Adam: `(weights, first, second, rate, x, y)` to the first three, the loss
      and ‖∂L/∂W‖ of every layer. `rate` has the correction of both averages in it. */
  const step = (net) =>
    jit((weights, first, second, rate, x, y) => {
      const [value, grads] = gradients(net)(weights.map((w) => w.ref), x, y);
      const [a, b] = DECAYS;
      const norms = grads.slice(1, -1).map((g) => norm(g.ref));
      const means = first.map((m, i) => m.mul(a).add(grads[i].ref.mul(1 - a)));
      const squares = second.map((v, i) => v.mul(b).add(np.square(grads[i]).mul(1 - b)));
      const moved = weights.map((w, i) => w.sub(
        means[i].ref.div(np.sqrt(squares[i].ref).add(EPSILON)).mul(rate.ref)));
      rate.dispose();
      return [moved, means, squares, value, np.stack(norms)];
    });

  /** Adam's rate in step 1, 2, … with its correction for averages that began at zero. */
  const rate = (count) =>
    RATE * Math.sqrt(1 - DECAYS[1] ** count) / (1 - DECAYS[0] ** count);

  /** `(weights, x, on)` to the class of each image. */
  const classes = (net) =>
    jit((weights, x, on) => np.argmax(logits(net, weights, x, on), -1));

  return { classes, gradients, initial, norm, rate, step, uniform };
};
