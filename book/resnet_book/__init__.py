"""What makes chapters a book of `resnet_lib`: exercises, figures, experiments.

Each chapter has a room of its own, `chNN_name`, in which whatever belongs to that
chapter alone lies under the same four names: `exercises`, `figures`, `experiments` and
`interactive`, a module or a folder each. Rooms are found, not listed (`rooms`). Beside
them are the engines that all rooms use, under the same names.
"""
