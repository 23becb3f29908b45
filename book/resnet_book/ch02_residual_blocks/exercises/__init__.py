"""The residual block, its shortcut, its first step; four blocks with a bug each."""
