/* What a gradient's trace is held against: white noise and Brownian motion. */

"use strict";

const ShatterSignals = (() => {
  const DRAWS = 100;

  /** As many numbers that have nothing to do with each other. */
  const noise = (random, count) => Array.from({ length: count }, random);

  /** Their sums: each point is the one before it and a step. */
  function walk(random, count) {
    let at = 0;
    return noise(random, count).map((step) => (at += step));
  }

  /** As in the chapter: 1 at lag 0, 0 for white noise. */
  function autocorrelation(signal, lags) {
    const mean = signal.reduce((a, b) => a + b, 0) / signal.length;
    const centred = signal.map((each) => each - mean);
    const product = (lag) => {
      let sum = 0;
      for (let i = lag; i < centred.length; i++) sum += centred[i - lag] * centred[i];
      return sum / (centred.length - lag);
    };
    const all = Array.from({ length: lags }, (_, lag) => product(lag));
    return all.map((each) => each / all[0]);
  }

  /** One draw to look at, and the mean autocorrelation of a hundred. */
  function reference(draw, random, count, lags) {
    const all = Array.from({ length: DRAWS }, () => draw(random, count));
    const found = all.map((signal) => autocorrelation(signal, lags));
    const mean = found[0].map((_, lag) =>
      found.reduce((sum, one) => sum + one[lag], 0) / DRAWS);
    return { trace: all[0], correlation: mean };
  }

  return { autocorrelation, noise, reference, walk };
})();
