/* Answers for one network beside the page. Asked to count, it goes through its pictures
   a few at a time, so that a question in between is answered at once and a new count
   ends the old one. Runs in a worker: refers to nothing but its arguments. */

"use strict";

globalThis.InsideWorker = (network) => {
  const FEW = 4;
  let net, pictures, labels, counting;

  /** A picture of numbers from 0 to 1, as the network wants it. */
  const normal = ({ mean, std }, picture) => picture.map((x) => (x - mean) / std);

  function begin({ packed, scale, ...garments }) {
    net = network.read(packed);
    pictures = garments.pictures.map((each) => normal(scale, each));
    labels = garments.labels;
    self.onmessage = ({ data }) => {
      if (data.picture) {
        const answers = network.after(net, normal(scale, data.picture), data.off);
        self.postMessage({ answers });
      } else {
        count(counting = { off: data.off, seen: 0, right: 0 });
      }
    };
  }

  /** Counts right answers: these few, then room for other messages, then the rest. */
  function count(mine) {
    if (mine !== counting) return;
    const until = Math.min(mine.seen + FEW, labels.length);
    for (; mine.seen < until; mine.seen++) {
      const found = network.logits(net, pictures[mine.seen], mine.off);
      if (found.indexOf(Math.max(...found)) === labels[mine.seen]) mine.right += 1;
    }
    self.postMessage({ counted: mine });
    if (mine.seen < labels.length) setTimeout(count, 0, mine);
  }

  self.onmessage = ({ data }) => begin(data);
};
