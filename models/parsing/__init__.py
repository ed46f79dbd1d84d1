"""Text to facts: what a CV or an ad says, in our vocabulary, with the place where it says so."""
