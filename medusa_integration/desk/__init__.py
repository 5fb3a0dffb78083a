"""The whitelisted functions that forms, lists and the workspace call. Each checks the permission first and then makes one
call to a room below. No logic, and no SQL on the boxes. May be imported by api and utils only."""
