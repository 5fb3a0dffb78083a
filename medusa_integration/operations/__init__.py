"""The operations of an operator, in the Desk or on the command line: many records at once, linking, the doctor, import of old
orders, the connection's test, status, notices."""
