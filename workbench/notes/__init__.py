"""Class notes as text in, draft records out, by rules. `reading.read_notes` is the one entrance.

Pure: no Django, no database, no network. The README beside this file says the grammar.
"""
