"""Where arrays lie, what crosses between devices, what several programs share."""
