"""Pairs of files made from our samples: an honest CV, and the same CV rigged to please one ad."""
