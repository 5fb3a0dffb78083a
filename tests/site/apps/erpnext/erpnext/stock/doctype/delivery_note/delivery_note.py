from erpnext.controllers.selling_controller import SellingController


class DeliveryNote(SellingController):
	def on_submit(self):
		self.update_delivered()

	def on_cancel(self):
		self.update_delivered()

	def update_delivered(self):
		self.update_sales_orders("against_sales_order", "qty", "delivered_qty", "per_delivered")
