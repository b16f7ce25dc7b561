"""What administrative Vietnamese looks like: possible syllables, and how often which of them follow each other.

``trigrams.bin`` and ``syllables.txt.gz`` hold counts and word lists only, no running text: 19.2 million tokens of
published legal texts (codified law, decrees, model documents; normative texts are nobody's property, Law on
Intellectual Property Đ.15). Memory-mapped: children share its pages.
"""
