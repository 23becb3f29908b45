"""What pages load once a reader lets them train: `make in-page` makes all of it."""
