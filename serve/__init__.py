"""Processes: the only place that knows Ray."""
