"""The prose of a lesson: what it names, what it cites, what is wrong with it, and how it is shown.

A section of a topic is Markdown with two additions:

    Malenkov lost [the Secretariat](event:malenkov-leaves-secretariat) [@lewin-2005, chapter 13].

A link to a record is its kind (a name of `records.kinds`) and its key; a citation is Pandoc’s: the
key of a source, and the place in it. `[@a, p. 4; @b, chapter 2]` cites two. Every paragraph rests
on a link to a record with evidence, or on a citation; a quotation is followed by its citation.

`reading` knows the text alone, `naming` the records that it names, `gate` what keeps it from being
published, `setting` how readers see it.
"""
