"""Offline: each file is a DVC stage or an operator's job, run as `python -m pipelines.NAME`."""
