"""An epoch as one program, a batch on many devices, a hidden wait, padded tiles."""
