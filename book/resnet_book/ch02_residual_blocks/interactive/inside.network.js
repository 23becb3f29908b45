/* A trained network of basic blocks: from an image to its answers, and to those behind
   each block. Its norms are folded into the kernels. It refers to nothing, since it runs
   in a worker; the same in JAX is in book/in_page/stored.py. */

"use strict";

globalThis.InsideNetwork = () => {
  /** The numbers in a text of eight bits each. */
  function bytes(text) {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  }

  /** The network that is in `trained.js`: its layers, stem first and head last. */
  function read({ shapes, kernels, numbers, residual }) {
    const whole = new Int8Array(bytes(kernels)), floats = new Float32Array(bytes(numbers));
    let from = 0, number = 0;
    const next = (count) => floats.subarray(number, number += count);
    const layers = shapes.map(([size, , inputs, outputs, stride]) => {
      const held = whole.subarray(from, from += size * size * inputs * outputs);
      const [scale, bias] = [next(outputs), next(outputs)];
      const kernel = Float32Array.from(held, (each, i) => each * scale[i % outputs]);
      return { size, inputs, outputs, stride, kernel, bias };
    });
    const [stem, ...inner] = layers, head = inner.pop();
    const blocks = [];
    for (let i = 0; i < inner.length; i += 2) {
      const [first, second] = [inner[i], inner[i + 1]];
      const fits = first.stride === 1 && first.inputs === first.outputs;
      blocks.push({ first, second, removable: residual || fits });
    }
    return { residual, stem, blocks, head };
  }

  /** The convolution with zeros around; what is zero costs nothing. */
  function convolve({ size, inputs, outputs, stride, kernel, bias }, { data, side }) {
    const around = (size - 1) / 2, across = Math.ceil(side / stride);
    const found = new Float32Array(across * across * outputs);
    for (let place = 0, to = 0; to < found.length; place++, to += outputs) {
      found.set(bias, to);
      const top = Math.floor(place / across) * stride - around;
      const left = (place % across) * stride - around;
      for (let tap = 0; tap < size * size; tap++) {
        const y = top + Math.floor(tap / size), x = left + (tap % size);
        if (y < 0 || x < 0 || y >= side || x >= side) continue;
        const from = (y * side + x) * inputs;
        for (let input = 0; input < inputs; input++) {
          const value = data[from + input];
          if (value === 0) continue;
          const row = (tap * inputs + input) * outputs;
          for (let k = 0; k < outputs; k++) found[to + k] += value * kernel[row + k];
        }
      }
    }
    return { data: found, side: across, channels: outputs };
  }

  /** Every `stride`-th pixel, new channels zero; x itself where nothing changes. */
  function skip({ inputs, outputs, stride }, x) {
    if (stride === 1 && inputs === outputs) return x;
    const across = Math.ceil(x.side / stride);
    const data = new Float32Array(across * across * outputs);
    for (let place = 0; place < across * across; place++) {
      const row = Math.floor(place / across), column = place % across;
      const from = (row * x.side + column) * stride * inputs;
      data.set(x.data.subarray(from, from + inputs), place * outputs);
    }
    return { data, side: across, channels: outputs };
  }

  /** ReLU, in place. */
  function relu(x) {
    for (let i = 0; i < x.data.length; i++) if (x.data[i] < 0) x.data[i] = 0;
    return x;
  }

  /** One block, or what passes it when it is off: the skip; a plain block's input. */
  function step({ residual }, { first, second }, x, off) {
    if (off) return skip(first, x);
    const y = convolve(second, relu(convolve(first, x)));
    if (residual) skip(first, x).data.forEach((each, i) => { y.data[i] += each; });
    return relu(y);
  }

  /** The answers to a state that has passed every block: mean over pixels, then head. */
  function answer({ head }, { data, channels }) {
    const pooled = new Float32Array(channels);
    for (let i = 0; i < data.length; i++) pooled[i % channels] += data[i];
    const mean = pooled.map((sum) => sum * channels / data.length);
    return convolve(head, { data: mean, side: 1 }).data;
  }

  /** The states behind the blocks; `off` has the numbers, from 0, of those that are off.
      `image` holds 28 × 28 numbers, normalised. */
  function run(net, image, off) {
    let x = relu(convolve(net.stem, { data: image, side: Math.sqrt(image.length) }));
    return net.blocks.map((block, i) => (x = step(net, block, x, off.includes(i))));
  }

  /** The answers, one logit a class. */
  const logits = (net, image, off) => answer(net, run(net, image, off).at(-1));

  /** The answers behind each block with all later ones off, null where none can be: the
      last are the network's. */
  function after(net, image, off) {
    return run(net, image, off).map((state, i) => {
      const later = net.blocks.slice(i + 1);
      if (!later.every((block) => block.removable)) return null;
      return answer(net, later.reduce((x, block) => step(net, block, x, true), state));
    });
  }

  return { after, logits, read };
};
