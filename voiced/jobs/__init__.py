"""Work after calls: a durable queue in the database, an elected scheduler, and what the jobs themselves do.

Everything here blocks and takes the time as an argument; the process that runs it is `voiced.daemon.jobs_process`. Who
only leaves or lists jobs needs `queue` alone, which is light: the library that runs them is imported by `engine`.
"""
