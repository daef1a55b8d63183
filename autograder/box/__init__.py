"""The code that shares a process with a student's program, and nothing else.

Theory of operation. The *zygote* is a fresh interpreter that loads NumPy, these few modules, and no secret. For each
try of a case it forks a *worker*. The worker enters its box (`limits`), imports the submission, with stand-ins for some
of its functions if needed (`lent`), answers calls (`call`) in a format that cannot execute code (`wire`), and is killed
with everything it started when the try ends.

Nothing in this folder imports from the rest of the project: a submission can read everything in this folder.
"""
