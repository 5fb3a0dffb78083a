"""The storefront's calls → ERPNext, a file a topic. Each function names its allowed callers (access.py). No
file here calls Medusa or imports from inbound/ or outbound/.
"""
