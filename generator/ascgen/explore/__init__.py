"""Looking things up in an API: by name, by use, and in the words of people.

    ApiModel → Lookup (names), Uses (where things are used) → Explorer (what `--json` prints)
                                                            → Finder (search in everyday words)

Nothing here prints or renders; the command line and the reference site share it.
"""
