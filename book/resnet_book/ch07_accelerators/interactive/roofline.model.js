/* The counts of roofline.py, in the page: a test compares both. */

"use strict";

const RooflineModel = (() => {
  /** FLOP and bytes of an operation: `it` is its entry in `operations`. */
  function counts(it, { batch, side, width, size }) {
    const numbers = batch * side ** 2;
    if (!it.kernel) {
      const all = numbers * 4 * width;
      return { flop: it.each * all, bytes: it.passes * all * size };
    }
    const weights = it.kernel ** 2 * it.inputs * it.outputs * width ** 2 / it.groups;
    const maps = numbers * (it.inputs + it.outputs) * width;
    return { flop: 2 * numbers * weights, bytes: (maps + weights) * size };
  }

  function intensity(it, setting) {
    const { flop, bytes } = counts(it, setting);
    return flop / bytes;
  }

  /** The smallest batch with which an operation is bound by arithmetic, or null. */
  function leastBatch(it, setting, ridge) {
    const one = counts(it, { ...setting, batch: 1 });
    if (!it.kernel) return one.flop >= ridge * one.bytes ? 1 : null;
    const maps = counts(it, { ...setting, batch: 2 }).bytes - one.bytes;
    const spare = one.flop - ridge * maps; // per image: what pays for the kernel's bytes
    return spare > 0 ? Math.max(1, Math.ceil(ridge * (one.bytes - maps) / spare)) : null;
  }

  return { counts, intensity, leastBatch };
})();
