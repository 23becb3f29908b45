"""The engine of experiments: grids of (arm, seed) that grow cell by cell.

An experiment is a module in a room's folder `experiments`. It states

- `ARMS`: what is compared, in order, and with how many seeds: `{"plain": 5, …}`;
- `PRIORITY`: its place in the queue; the most wanted has the smallest number;
- `cell(arm, seed, done)`: what one cell finds, as JSON can hold it. `done[arm][seed]`
  are the results of earlier cells of the same record, for what is chosen first;
- `results(done)`: what chapters get, from the cells that there are;
- `trace(arm, seed, done)`, if it trains: a hash of the parameters after the first fifty
  steps, by which a cell outlives edits that change no bit of it;
- `TIMED = True`, if it measures time: nothing may run beside it, so the queue leaves it
  to whoever asks for it by name;
- `BACKEND = "gpu"` and `SECONDS`, what a cell of each arm may take, if it wants an
  accelerator, whose minutes are few: see `resnet_book.accelerator`. Without a
  `trace`, its cells outlive edits that leave their programs as they are: see `witness`.
"""
