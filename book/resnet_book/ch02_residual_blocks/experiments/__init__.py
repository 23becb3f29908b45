"""Long experiments, recorded: `python -m resnet_book.record NAME`."""
