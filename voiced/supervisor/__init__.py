"""The supervisor: starts the processes of one host, starts them again when they die, and stops them in order."""
