"""buying.py's steps in Medusa v1's terms."""


class BuyingV1:
	pass
