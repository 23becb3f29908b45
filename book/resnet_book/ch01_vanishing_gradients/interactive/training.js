/* Train it here: the reader chooses a network, says what to expect, and trains it twice,
   plain and residual, from the same weights on the same images. */

"use strict";

Figures.register("training", (box, { depths, scales, activations, steps, start }) => {
  const { button, choice, digits, element, percent, slider, value, words } = Figures;
  const { COLORS, panels } = TrainingChart;
  const NETS = ["plain", "residual"], LEARNT = 0.5, SMOOTH = 0.9;
  const EXPECTED = { both: "both", residual: "only the residual net",
    plain: "only the plain net", neither: "neither" };
  const BEGIN = "Choose, say what you expect, and press Train.";
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const chosen = { ...start };
  let run = null, seed = 0, going = false, expected = null;

  const charts = panels(steps, () => chosen.depth);
  const text = words();
  const bar = element("progress", { max: steps, value: 0, "aria-label": "Training steps" });
  const train = button("Train", toggle);
  const reset = button("Reset", () => { clear(); seed += 1; tell("Other " +
    "random weights are drawn now. " + BEGIN); });

  const tell = (...said) => text.replaceChildren(...said);

  /** Forgets the training, as a changed network needs another one. */
  function clear() {
    run?.trainer?.end();
    run = null;
    going = false;
    train.textContent = "Train";
    train.disabled = false;
    bar.value = 0;
    layers.hide();
    draw();
  }

  async function toggle() {
    if (going) {
      going = false;
      train.textContent = "Go on";
      return;
    }
    if (run?.count === steps) clear();
    layers.hide();
    going = true;
    train.textContent = "Stop";
    const mine = run ??= fresh();
    if (mine.busy) return; // stopped and gone on before the step in hand was done
    mine.busy = true;
    try {
      if (!mine.trainer) await start_(mine);
      while (going && run === mine && mine.count < steps) {
        note(mine, await mine.trainer.ask({ count: mine.count + 1 }));
      }
      if (run === mine) mine.count === steps ? done() : report("Stopped");
    } catch (error) {
      if (run !== mine) return;
      clear();
      tell(`Error: ${error.message}.`);
    } finally {
      mine.busy = false;
    }
  }

  async function start_(mine) {
    tell("Loading JAX for the browser and 2,000 garments, then compiling …");
    const trainer = await Trainer.begin({ ...chosen, seed });
    if (run === mine) mine.trainer = trainer;
    else trainer.end();
  }

  const empty = () => Object.fromEntries(NETS.map((net) => [net, []]));
  const fresh = () => ({ count: 0, loss: empty(), accuracy: empty(), norms: empty() });

  function note(mine, { count, found }) {
    if (run !== mine) return;
    for (const net of NETS) {
      const { loss, norms, accuracy } = found[net];
      const before = mine.loss[net].at(-1)?.[1] ?? loss;
      mine.loss[net].push([count, SMOOTH * before + (1 - SMOOTH) * loss]);
      mine.norms[net] = norms.map((norm, i) => [i + 1, norm]);
      if (accuracy !== undefined) mine.accuracy[net].push([count, accuracy]);
    }
    if (count === 1) tell("Training …");
    mine.count = count;
    if (!still || count % 100 === 0) draw();
  }

  let wanted = 0;
  function draw() {
    wanted ||= requestAnimationFrame(() => {
      wanted = 0;
      const { count, ...curves } = run ?? fresh();
      bar.value = count;
      for (const [name, chart] of Object.entries(charts)) chart.draw(curves[name]);
    });
  }

  function done() {
    going = false;
    train.textContent = "Train again";
    report("Done");
    layers.show(chosen.depth, run.trainer);
  }

  function report(state) {
    const said = [`${state} after ${run.count} steps at ${chosen.depth} layers. `];
    const learnt = {};
    for (const net of NETS) {
      const loss = run.loss[net].at(-1)?.[1], accuracy = run.accuracy[net].at(-1)?.[1];
      if (accuracy === undefined) continue;
      const broken = !Number.isFinite(loss);
      learnt[net] = !broken && accuracy >= LEARNT;
      said.push(`The ${net} net: loss `,
        value(`${net}-loss`, broken ? "not a number any more" : digits(loss)),
        ", accuracy ", value(`${net}-accuracy`, percent(accuracy)),
        broken ? " (its signals outgrew float32; try a smaller scale). " : ". ");
    }
    if (expected && run.count === steps) {
      const found = NETS.filter((net) => learnt[net]);
      const was = ["neither", found[0], "both"][found.length];
      said.push(`Over 50 %: ${EXPECTED[was]}. `,
        was === expected ? "So you expected." : `You expected: ${EXPECTED[expected]}.`);
    }
    tell(...said);
  }

  const layers = TrainingLayers(tell);

  const named = (list, says = String) =>
    list.map((each) => ({ value: String(each), text: says(each) }));
  const change = (name, to) => { chosen[name] = to; clear(); tell(BEGIN); };

  box.append(
    slider("Depth", depths, depths.indexOf(chosen.depth), (depth) => `${depth} layers`,
      (index) => change("depth", depths[index])),
    choice("Activation", named(activations), chosen.activation,
      (name) => change("activation", name)),
    choice("Initial scale", named(scales), String(chosen.scale),
      (scale) => change("scale", Number(scale))),
    choice("Which will learn? What would you expect?", Object.entries(EXPECTED).map(([name, says]) =>
      ({ value: name, text: says })), null, (guess) => { expected = guess; }),
    element("div", { class: "training-go" }, train, reset, bar),
    layers.box,
    text,
    element("p", { class: "training-key", "aria-hidden": "true" }, ...NETS.map((net) =>
      element("span", { style: `--of: ${COLORS[net]}`, "data-net": net }, net))),
    element("div", { class: "training-panels" },
      ...Object.values(charts).map((chart) => chart.box)),
  );
  tell(BEGIN);
  draw();
});
