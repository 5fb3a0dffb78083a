"""Events of Website Slideshows."""

from medusa_integration.products import picture_events


def on_update(doc, method: str | None = None) -> None:
	picture_events.website_slideshow_on_update(doc)


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	picture_events.website_slideshow_after_rename(doc, method, old, new, merge)


def on_trash(doc, method: str | None = None) -> None:
	picture_events.website_slideshow_on_trash(doc)
