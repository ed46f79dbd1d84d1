"""HTTP: knows the use cases, not Ray and not SQL."""
