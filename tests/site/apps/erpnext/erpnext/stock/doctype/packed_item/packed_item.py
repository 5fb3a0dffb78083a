def make_packing_list(doc) -> None:
	"""The stand-in has no Product Bundles."""
