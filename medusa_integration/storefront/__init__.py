"""What the storefront calls → ERPNext, a file a topic. Each function names who may call it (access.py); nothing here
calls Medusa or imports from inbound/ or outbound/.
"""
