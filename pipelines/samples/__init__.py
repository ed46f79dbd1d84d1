"""Turns the sample sources into the files that people would really send: PDF, DOCX, text, HTML and JSON."""
