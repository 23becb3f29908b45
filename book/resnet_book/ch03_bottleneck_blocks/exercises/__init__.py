"""The bottleneck block, its parameters counted, the widest that a budget allows."""
