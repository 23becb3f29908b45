"""What pages load once a reader asks for it: `make in-page` makes all of it."""
