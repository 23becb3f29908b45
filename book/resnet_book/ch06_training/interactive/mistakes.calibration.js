/* Confidence against accuracy, of logits that are divided by a temperature. */

"use strict";

const MistakesCalibration = (() => {
  const BINS = 15;

  /** The probabilities of one image's classes. */
  function softmax(logits, temperature) {
    const most = Math.max(...logits);
    const powers = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  }

  /** Mean −log of the label's probability, in nats. */
  function loss(images, temperature) {
    let sum = 0;
    for (const { logits, label } of images) {
      sum -= Math.log(softmax(logits, temperature)[label]);
    }
    return sum / images.length;
  }

  /** Of many images: mean confidence, accuracy, ECE and loss, and of each bin that has
      any: mean confidence, accuracy and share of the images. */
  function calibration(images, temperature) {
    const empty = () => ({ confidence: 0, right: 0, count: 0 });
    const bins = Array.from({ length: BINS }, empty);
    for (const { logits, label, answer } of images) {
      const confidence = softmax(logits, temperature)[answer];
      const bin = bins[Math.min(BINS - 1, Math.floor(BINS * confidence))];
      bin.confidence += confidence;
      bin.right += answer === label;
      bin.count += 1;
    }
    const all = (name) => bins.reduce((sum, bin) => sum + bin[name], 0) / images.length;
    const apart = bins.map(({ confidence, right }) => Math.abs(confidence - right));
    return {
      confidence: all("confidence"),
      accuracy: all("right"),
      ece: apart.reduce((a, b) => a + b) / images.length,
      loss: loss(images, temperature),
      bins: bins.filter(({ count }) => count).map(({ confidence, right, count }) => ({
        confidence: confidence / count,
        accuracy: right / count,
        share: count / images.length,
      })),
    };
  }

  /** The place of the temperature with the least loss. */
  function best(images, temperatures) {
    const losses = temperatures.map((temperature) => loss(images, temperature));
    return losses.indexOf(Math.min(...losses));
  }

  return { best, calibration, softmax };
})();
