"""A picture of a record: what was uploaded is made anew, kept by its content, shown with its words.

`making` decodes and writes anew, `store` keeps files, `fields` and `models` belong to the record,
`forms` to the desk, `views` sends a file to whoever may see it.
"""
