"""One-time changes of existing sites' data, named in patches.txt."""
