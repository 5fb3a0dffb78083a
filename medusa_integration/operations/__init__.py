"""The operations of an operator, in the Desk or on the command line: sending, many records at once,
linking, the doctor, the connection's test, status, progress, notices. May not import desk, api or
commands."""
