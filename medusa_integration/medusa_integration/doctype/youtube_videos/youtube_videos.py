from frappe.model.document import Document


class YoutubeVideos(Document):
	pass
