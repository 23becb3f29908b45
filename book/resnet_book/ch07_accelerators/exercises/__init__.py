"""An epoch as one program, a hidden wait, padded tiles."""
