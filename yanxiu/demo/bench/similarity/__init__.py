"""How well and how fast a text is compared with 100,000: a corpus with copies in many disguises and honest essays."""
