/* What each path through the network carries: path p goes through the branch of block i
   where bit i - 1 of p is 1. `norms` of walker.py, in the page: a test compares both. */

"use strict";

const WalkerPaths = (() => {
  /** The norm along each path over that along the path through no branch. */
  function norms({ paths, letters, low, step }) {
    const place = new Map([...letters].map((letter, at) => [letter, at]));
    return Float64Array.from({ length: paths.length / 2 }, (_, i) =>
      10 ** (low + step * (letters.length * place.get(paths[2 * i]) +
        place.get(paths[2 * i + 1]))));
  }

  /** How many branches a path passes. */
  function branches(path) {
    let passed = 0;
    for (let rest = path; rest; rest >>= 1) passed += rest & 1;
    return passed;
  }

  /** Of each length: how many paths, the range of their norms and these added up, the
      norm of the sum over all of them, and the shares of paths and gradient. */
  function lengths(found, sums) {
    const each = sums.map((sum) => ({ sum, paths: 0, low: Infinity, high: 0, added: 0 }));
    found.forEach((norm, path) => {
      const one = each[branches(path)];
      one.paths += 1;
      one.added += norm;
      one.low = Math.min(one.low, norm);
      one.high = Math.max(one.high, norm);
    });
    const whole = sums.reduce((a, b) => a + b);
    return each.map((one) =>
      ({ ...one, share: one.sum / whole, ofPaths: one.paths / found.length }));
  }

  return { branches, lengths, norms };
})();
