"""Side-by-side timings of `resnet_lib` and its peers; `make bench` runs them."""
