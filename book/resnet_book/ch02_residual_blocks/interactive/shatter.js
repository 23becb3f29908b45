/* The shatter dial: depth, skip and norm of a random network on a line, its gradient's
   trace and autocorrelation beside those of white noise and of Brownian motion. */

"use strict";

Figures.register("shatter", (box, { width, inputs, lags, layers, guesses }) => {
  const { button, choice, element, signed, slider, titled, value, words } = Figures;
  const { autocorrelation, noise, reference, walk } = ShatterSignals;
  const { network, normal, weights } = ShatterNetwork;
  const NOISE = 2 / Math.sqrt(inputs); // two standard deviations of white noise's
  const points = Float64Array.from({ length: inputs }, (_, i) =>
    -2 + (4 * i) / (inputs - 1));
  const known = {
    noise: reference(noise, normal(1), inputs, lags),
    walk: reference(walk, normal(3), inputs, lags),
  };
  const chosen = { skip: "without", norm: "with", depth: 1, seed: 1 };
  let guess = null, net = null;

  const text = words();
  const traces = ShatterChart.traces(), correlations = ShatterChart.correlations();
  const layerWords = (depth) => `${depth} layer${depth === 1 ? "" : "s"}`;

  /** Another network: the next drawing computes it. */
  function change(name, to) {
    chosen[name] = to;
    if (name !== "depth") net = null;
    draw();
  }

  function gradient() {
    net ??= network(weights(chosen.seed, width),
      { skip: chosen.skip === "with", norm: chosen.norm === "with" }, points);
    return net.slopes(chosen.depth);
  }

  let wanted = 0;
  function draw() {
    wanted ||= requestAnimationFrame(() => {
      wanted = 0;
      show(guess === null ? null : gradient());
    });
  }

  function show(trace) {
    const look = chosen.skip === "with" ? "residual" : "plain";
    const correlation = trace && autocorrelation(trace, lags);
    const name = trace ? `the gradient, ${layerWords(chosen.depth)}` :
      "the gradient: say first what you expect";
    traces.draw([
      { name: "white noise", look: "noise", trace: known.noise.trace, height: 46 },
      { name, look, trace, height: 84 },
      { name: "Brownian motion", look: "walk", trace: known.walk.trace, height: 46 },
    ]);
    correlations.draw([
      { short: "noise", look: "noise", correlation: known.noise.correlation },
      { short: "Brownian", look: "walk", correlation: known.walk.correlation },
      ...(trace ? [{ short: "gradient", look, correlation }] : []),
    ]);
    if (trace) tell(correlation[1]);
  }

  function tell(next) {
    const { depth, norm, skip } = chosen;
    const sentence = [`${layerWords(depth)} ${skip} skips, ${norm} norm: neighbouring ` +
      "gradients correlate by ", value("next", signed(next)),
    `. White noise mostly stays within ±${signed(NOISE)}; this is `,
    Math.abs(next) <= NOISE ? "within it too. " : next > 0 ? "above it. " : "below it. "];
    if (guess && skip === "without" && norm === "with") {
      sentence.push(`You expected noise from ${layerWords(guess)} on.`);
    }
    text.replaceChildren(...sentence);
  }

  const pair = ["without", "with"].map((each) => ({ value: each, text: each }));
  const depths = Array.from({ length: layers }, (_, i) => i + 1);
  const another = button("Another seed", () => change("seed", chosen.seed + 1));
  const dial = element("div", { class: "shatter-dial", hidden: "" },
    slider("Depth", depths, 0, layerWords, (index) => change("depth", depths[index])),
    choice("Skips", pair, chosen.skip, (to) => change("skip", to)),
    choice("Norm", pair, chosen.norm, (to) => change("norm", to)),
    another);
  const options = [...guesses.map((each) => ({ value: String(each), text: String(each) })),
    { value: "0", text: "no idea" }];

  box.append(
    choice(`These nets are ${width} units wide. Without skips, with norm: from how many ` +
      "layers on will the gradient look like white noise here? What would you expect?",
    options, null, (to) => {
      guess = Number(to);
      dial.hidden = false;
      draw();
    }),
    dial,
    text,
    element("div", { class: "interactive-panels" },
      titled("Gradient along the line", traces.box),
      titled("Autocorrelation", correlations.box)),
  );

  draw();
});
