/* Chapter 2's networks on a line: h ← skip · h + ReLU(norm(h)) W, some layers deep, from
   one number to one number, and the gradient along the line. A matrix is flat, row by row. */

"use strict";

const ShatterNetwork = (() => {
  const EPSILON = 1e-5;

  /** Numbers from N(0, 1), the same for the same seed (mulberry32, Box–Muller). */
  function normal(seed) {
    let state = Math.imul(seed + 1, 0x9e3779b1);
    const uniform = () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    return () => Math.sqrt(-2 * Math.log(1 - uniform())) *
      Math.cos(2 * Math.PI * uniform());
  }

  const draws = (random, count, scale = 1) =>
    Float64Array.from({ length: count }, () => scale * random());

  /** Weights at He's scale. `layer(l)` draws layer l when it is first asked for, the same
      one for every depth. */
  function weights(seed, width) {
    const random = normal(100 * seed), layers = [];
    const layer = (l) => layers[l] ??=
      draws(normal(100 * seed + l + 1), width * width, Math.sqrt(2 / width));
    const [scale, shift, last] = [0, 1, 2].map(() => draws(random, width));
    return { scale, shift, last, layer };
  }

  /** One network at `points`: `slopes(depth)` is the gradient of the sum of its outputs
      with respect to each point. What was computed on the way forward is kept. */
  function network({ scale, shift, last, layer }, { skip, norm }, points) {
    const width = scale.length, size = points.length * width;
    const on = new Int32Array(width);
    const passed = []; // of each layer: z = norm(h), and what norm multiplied by
    let top = Float64Array.from({ length: size }, (_, at) =>
      points[Math.floor(at / width)] * scale[at % width] + shift[at % width]);
    const streams = [top];

    /** The units that are on at a row of z go to the front of `on`; returns how many. */
    function active(z, row) {
      let count = 0;
      for (let k = 0; k < width; k++) if (z[row + k] > 0) on[count++] = k;
      return count;
    }

    function forward(w) {
      const z = top.slice(), factors = norm ? standardise(z) : null;
      const next = skip ? top.slice() : new Float64Array(size);
      for (let row = 0; row < size; row += width) {
        const count = active(z, row);
        let m = 0;
        for (; m + 4 <= count; m += 4) { // four rows of W at a time: half the time
          const [a, b, c, d] = [on[m], on[m + 1], on[m + 2], on[m + 3]];
          const za = z[row + a], zb = z[row + b], zc = z[row + c], zd = z[row + d];
          const wa = a * width, wb = b * width, wc = c * width, wd = d * width;
          for (let j = 0; j < width; j++) {
            next[row + j] +=
              za * w[wa + j] + zb * w[wb + j] + zc * w[wc + j] + zd * w[wd + j];
          }
        }
        for (; m < count; m++) {
          const za = z[row + on[m]], wa = on[m] * width;
          for (let j = 0; j < width; j++) next[row + j] += za * w[wa + j];
        }
      }
      passed.push({ z, factors });
      streams.push(top = next);
    }

    /** Gives each unit mean 0 and variance 1 over the points; returns the factors. */
    function standardise(z) {
      const factors = new Float64Array(width);
      for (let k = 0; k < width; k++) {
        let mean = 0, square = 0;
        for (let at = k; at < size; at += width) mean += z[at];
        mean /= points.length;
        for (let at = k; at < size; at += width) square += (z[at] -= mean) ** 2;
        factors[k] = 1 / Math.sqrt(square / points.length + EPSILON);
        for (let at = k; at < size; at += width) z[at] *= factors[k];
      }
      return factors;
    }

    /** From ∂/∂(a layer's output) to ∂/∂(its input). */
    function backward(g, w, { z, factors }) {
      const before = new Float64Array(size);
      for (let row = 0; row < size; row += width) {
        const count = active(z, row);
        let m = 0;
        for (; m + 4 <= count; m += 4) {
          const [a, b, c, d] = [on[m], on[m + 1], on[m + 2], on[m + 3]];
          const wa = a * width, wb = b * width, wc = c * width, wd = d * width;
          let ga = 0, gb = 0, gc = 0, gd = 0;
          for (let j = 0; j < width; j++) {
            const each = g[row + j];
            ga += each * w[wa + j];
            gb += each * w[wb + j];
            gc += each * w[wc + j];
            gd += each * w[wd + j];
          }
          before[row + a] = ga;
          before[row + b] = gb;
          before[row + c] = gc;
          before[row + d] = gd;
        }
        for (; m < count; m++) {
          const wa = on[m] * width;
          for (let j = 0; j < width; j++) before[row + on[m]] += g[row + j] * w[wa + j];
        }
      }
      if (factors) throughNorm(before, z, factors);
      if (skip) for (let at = 0; at < size; at++) before[at] += g[at];
      return before;
    }

    /** The norm's mean and variance depend on every point: what they have in common goes. */
    function throughNorm(g, z, factors) {
      for (let k = 0; k < width; k++) {
        let mean = 0, along = 0;
        for (let at = k; at < size; at += width) {
          mean += g[at];
          along += g[at] * z[at];
        }
        mean /= points.length;
        along /= points.length;
        for (let at = k; at < size; at += width) {
          g[at] = factors[k] * (g[at] - mean - along * z[at]);
        }
      }
    }

    function slopes(depth) {
      while (passed.length < depth) forward(layer(passed.length));
      const end = streams[depth];
      let g = Float64Array.from(end, (h, at) => (h > 0 ? last[at % width] : 0));
      for (let l = depth; l--;) g = backward(g, layer(l), passed[l]);
      return points.map((_, i) =>
        scale.reduce((sum, each, k) => sum + each * g[i * width + k], 0));
    }

    return { slopes };
  }

  return { network, normal, weights };
})();
