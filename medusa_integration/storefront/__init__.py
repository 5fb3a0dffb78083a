"""The storefront's calls, a file a topic. Each function names its allowed callers (access.py). No file here calls Medusa."""
