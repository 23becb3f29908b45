/* The model of the two lanes, as in timeline.py: a test compares both. */

"use strict";

const TimelineModel = (() => {
  const EVERY = 4;

  /** When each call is handed out and worked off, and when Python waits: lists of
      [begin, end] in milliseconds. */
  function simulate({ python, device, ask, scan }, steps) {
    const calls = [], works = [], waits = [];
    let clock = 0;
    for (let call = 0; call < steps / scan; call++) {
      calls.push([clock, clock + python]);
      clock += python;
      const begin = Math.max(clock, works.at(-1)?.[1] ?? 0);
      works.push([begin, begin + scan * device]);
      const asked = works[ask === "late" ? call - 1 : call];
      const wants = ask === "fourth" ? ((call + 1) * scan) % EVERY === 0 : ask !== "never";
      if (wants && asked && asked[1] > clock) {
        waits.push([clock, asked[1]]);
        clock = asked[1];
      }
    }
    return { calls, works, waits };
  }

  /** How many calls there are from one wait to the next, or none: the loop never waits
      for the call that it has just handed out. */
  function between({ ask, scan }) {
    if (ask === "never" || ask === "late") return null;
    return ask === "fourth" ? Math.max(1, EVERY / scan) : 1;
  }

  /** Milliseconds of a step in the long run. */
  function perStep(loop) {
    const { python, device, scan } = loop, calls = between(loop);
    if (!calls) return Math.max(python / scan, device);
    const work = scan * device;
    return Math.max(python + calls * work, calls * python + work) / (calls * scan);
  }

  return { between, perStep, simulate };
})();
