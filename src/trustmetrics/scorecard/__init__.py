"""The scorecard of a built database, as people read it and for machines.

read.py reads the marts, figures.py says how a number is written, text.py lays out the page of a
terminal, formats.py writes JSON, Markdown and CSV. What is missed and what is worse the marts say.
"""
