"""Orders, buffers, who waits for whom, and shares of a stream."""
