import pathlib
import sys

# The tables of answers are a package beside the tests that use it.
sys.path.insert(0, str(pathlib.Path(__file__).parent))
