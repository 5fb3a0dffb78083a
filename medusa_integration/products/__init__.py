"""Products and collections: what the shop sells, their payloads, pictures, specifications and texts."""
