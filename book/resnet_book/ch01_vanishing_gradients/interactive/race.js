/* The degradation race: the reader moves through the training of four nets, and sees
   errors and gradients at the same step. */

"use strict";

Figures.register("race", (box, { steps, nets }) => {
  const { digits, element, slider, titled, value, words } = Figures;
  const BEAT = 90, JUMP = 10; // milliseconds a window; windows at once if nothing moves
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const all = Object.values(nets).flatMap(({ first, last }) => [...first, ...last]);
  const range = [Math.floor(Math.log10(Math.min(...all))),
    Math.ceil(Math.log10(Math.max(...all)))];
  const chosen = new Set(Object.keys(nets));
  let now = 0, playing = null;

  const text = words();
  const errors = RaceChart.errors(steps), gradients = RaceChart.gradients(range);
  const says = (step) => `${step - steps[0] + 1} to ${step}`;
  const time = slider("Steps", steps, now, says, (index) => {
    now = index;
    draw();
  });
  const input = time.querySelector("input");
  input.addEventListener("pointerdown", stop);
  input.addEventListener("keydown", stop);

  const go = (to) => Figures.move(time, to);

  const play = Figures.button("Play", () => {
    if (playing) return stop();
    const over = now === steps.length - 1;
    if (over) go(0);
    if (still) return over || go(Math.min(now + JUMP, steps.length - 1));
    text.setAttribute("aria-live", "off"); // a hundred sentences say nothing
    playing = setInterval(() => {
      go(now + 1);
      if (now === steps.length - 1) stop();
    }, BEAT);
    name();
  });

  function stop() {
    clearInterval(playing);
    playing = null;
    text.setAttribute("aria-live", "polite");
    draw();
  }

  function name() {
    const last = now === steps.length - 1;
    play.textContent = playing ? "Pause" : last ? "Play again" :
      still ? `${JUMP * steps[0]} steps on` : "Play";
  }

  const boxes = Object.keys(nets).map((net) => {
    const check = element("input", { type: "checkbox", value: net, checked: "" });
    check.addEventListener("change", () => {
      if (check.checked) chosen.add(net);
      else chosen.delete(net);
      draw();
    });
    return element("label", {}, check, element("span", {}, net));
  });

  function draw() {
    const shown = Object.entries(nets).filter(([net]) => chosen.has(net));
    errors.draw(shown.map(([net, { error }]) =>
      [net, { error: error.slice(0, now + 1) }]));
    gradients.draw(shown.map(([net, { first, last }]) =>
      [net, { first: first[now], last: last[now] }]));
    name();
    tell(shown);
  }

  function tell(shown) {
    const listed = (what, of) => shown.flatMap(([net, found], i) =>
      [i ? ", " : "", element("span", { class: "together" }, `${net} `,
        value(`${net}-${what}`, of(found)))]);
    text.replaceChildren(...(shown.length ? [
      "Error: ", ...listed("error", ({ error }) => `${digits(error[now])} %`),
      ". Gradient of the first convolution over that of the last: ",
      ...listed("ratio", ({ first, last }) => digits(first[now] / last[now])), ".",
    ] : ["Choose a net."]));
  }

  box.append(
    element("fieldset", {}, element("legend", {}, "Nets"),
      element("div", { class: "interactive-row" }, ...boxes)),
    element("div", { class: "race-time" }, play, time),
    element("div", { class: "interactive-panels" },
      titled("Training error so far", errors.box),
      titled("Norm of the gradient at these steps", gradients.box)),
    text,
  );
  draw();
});
