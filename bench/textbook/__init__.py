"""What a textbook on Django REST framework would write over the same tables.

No evidence, certainty, typed dates, versions or limits: what an answer costs without them.
"""
