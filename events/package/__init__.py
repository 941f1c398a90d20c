"""Course packages: a course and every record in it as CSV tables with a Data Package descriptor.

`tables` derives from the kinds what the tables hold, `format` says what does not follow from them,
`cells` how one cell is written, `reading` how bytes become rows, `keys` which records rows may
name, `loading` and `saving` how rows become records, `closure` which records belong to a course,
`writing` how they become files again, and `describing` what `datapackage.json` says of them. The
page for teachers is `docs/content-format.md`.
"""
