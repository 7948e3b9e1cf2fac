"""The steps from an empty database to today's, in the order of their numbers; applied by `voiced.store.db`.

A step that was released is never changed. Each declares its tables anew, for `voiced.store.models` moves on.
"""
