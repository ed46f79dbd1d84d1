"""What is computed: bytes, text and arrays in, values out. No network, no database, no Ray."""
