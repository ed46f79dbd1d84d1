"""Benchmarks anyone can run: ratios side by side in one run, with the hardware."""
