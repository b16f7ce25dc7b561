"""Reading: pixels to words, words to fields, page images and words to PDF/A."""
