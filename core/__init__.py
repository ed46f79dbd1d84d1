"""What the product is: words, errors, settings and use cases. No I/O, no framework."""
