"""Why depth fails: the scale of weights, gradient norms, decay, a diagnosis."""
