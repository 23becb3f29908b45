"""Many narrow paths, and their width at constant cost."""
