"""The traffic of both boxes: the list of kinds, the drains, polling, and the progress of a user's sending."""
