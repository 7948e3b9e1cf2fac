"""The administration panel: a Flask application in a process of its own, on a private port.

`serve.serve_admin` runs it; `app.create_app` makes it around a `House`, which is all it knows of the installation. It
reads the database, edits the configuration through `voiced.config`, and asks the workers over their control sockets; it
never runs in a worker, and no call depends on it.
"""
