"""Medusa v2: the shop's stock locations, and the sales channels that sell from them."""

from collections.abc import Sequence

from medusa_integration.medusa.v2.shop import Shop


class StockLocations(Shop):
	@property
	def stock_location(self) -> str:
		"""The chosen location, else the shop's only one; "" where there is no such location."""
		ids, chosen = self.location_ids, self.chosen["stock_location"]
		if chosen:
			return chosen if chosen in ids else ""
		return ids[0] if len(ids) == 1 else ""

	@property
	def location_ids(self) -> list[str]:
		"""The ids, read anew by each drain: Medusa would take any id."""
		if "stock locations" not in self.known:
			reply = self.client.get("/admin/stock-locations", {"fields": "id", "limit": 1000})
			self.known["stock locations"] = [row["id"] for row in reply["stock_locations"]]
		return self.known["stock locations"]

	def place(self, location: str) -> str:
		"""The id of a location, where "" is the default one; "" where the shop doesn't have it."""
		return (location if location in self.location_ids else "") if location else self.stock_location

	def unlinked_locations(self, locations: Sequence[str] = ("",)) -> list[str]:
		ours = {self.place(location) for location in locations}
		return sorted(
			name
			for id, (name, channels) in self.linked_locations.items()
			if id in ours and self.sales_channel not in channels
		)

	@property
	def linked_locations(self) -> dict[str, tuple[str, set[str]]]:
		"""`{id: (name, the sales channels that sell from it)}` of all stock locations."""
		if "linked locations" not in self.known:
			params = {"fields": "id,name,sales_channels.id", "limit": 1000}
			self.known["linked locations"] = {
				row["id"]: (
					row["name"],
					{channel["id"] for channel in row["sales_channels"] or () if channel},
				)
				for row in self.client.get("/admin/stock-locations", params)["stock_locations"]
			}
		return self.known["linked locations"]
