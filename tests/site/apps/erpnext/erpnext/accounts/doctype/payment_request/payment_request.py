import frappe
from frappe import _, bold
from frappe.model.document import Document
from frappe.utils import flt, nowdate
from frappe.utils.background_jobs import enqueue

from erpnext import IS_15, get_company_currency
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.party import get_party_account
from erpnext.utilities import payment_app_import_guard

ALLOWED_DOCTYPES_FOR_PAYMENT_REQUEST = ["Sales Order", "Purchase Order", "Sales Invoice", "Purchase Invoice"]
PROCESSED = ("Initiated", "Partially Paid", "Payment Ordered", "Paid")


def _get_payment_gateway_controller(*args, **kwargs):
	with payment_app_import_guard():
		from payments.utils import get_payment_gateway_controller
	return get_payment_gateway_controller(*args, **kwargs)


class PaymentRequest(Document):
	"""Of a Sales Order or a Sales Invoice, by link: not by phone, and without subscriptions."""

	def validate(self):
		if self.is_new():
			self.status = "Draft"
		if not self.reference_doctype or not self.reference_name:
			frappe.throw(_("To create a Payment Request reference document is required"))
		self.validate_payment_request_amount()

	def validate_payment_request_amount(self):
		if not self.grand_total:
			frappe.throw(_("Amount cannot be zero"), title=_("Invalid Amount"))
		reference = self.reference()
		if reference.get("order_type") == "Shopping Cart":
			return
		amount = get_amount(reference, self.payment_account)
		if not amount:
			frappe.throw(_("Payment Entry is already created"))
		if get_existing_payment_request_amount(reference) + flt(self.grand_total) > amount:
			frappe.throw(
				_("Total Payment Request amount cannot be greater than {0} amount").format(
					self.reference_doctype
				)
			)

	def before_submit(self):
		reference, account_currency = self.reference(), self.party_account_currency
		self.outstanding_amount = self.grand_total
		if self.currency != account_currency == get_company_currency(self.company):
			total = reference.rounded_total or reference.grand_total
			base = reference.base_rounded_total or reference.base_grand_total
			amount = self.grand_total / total * base
			self.outstanding_amount = flt(amount, self.precision("outstanding_amount"))
		if not IS_15:
			self.status = "Initiated" if self.payment_request_type == "Outward" else "Requested"
			if self.payment_request_type == "Inward":
				self.ask_gateway()

	def ask_gateway(self):
		"""ERPNext 16: muted or not, before the request is submitted."""
		self.set_payment_request_url()
		if not (self.mute_email or self.flags.mute_email):
			self.send_email()
			self.make_communication_entry()

	def on_submit(self):
		if not IS_15:
			self.update_reference_advance_payment_status()
			return
		if self.payment_request_type == "Outward":
			self.db_set("status", "Initiated")
			return
		self.db_set("status", "Requested")
		send = self.payment_gateway_validation() if self.payment_gateway else None
		if self.reference().get("order_type") == "Shopping Cart" or self.flags.mute_email:
			send = False
		if send:
			self.set_payment_request_url()
			self.send_email()
			self.make_communication_entry()

	def on_cancel(self):
		self.db_set("status", "Cancelled")
		if not IS_15:
			self.update_reference_advance_payment_status()

	def update_reference_advance_payment_status(self):
		if self.reference_doctype == "Sales Order":
			self.reference().set_advance_payment_status()

	def reference(self):
		return frappe.get_doc(self.reference_doctype, self.reference_name)

	# --- the gateway

	def payment_gateway_validation(self) -> bool:
		"""Whether the gateway's controller wants the customer to be mailed; not where there is none."""
		try:
			controller = _get_payment_gateway_controller(self.payment_gateway)
			if hasattr(controller, "on_payment_request_submission"):
				return controller.on_payment_request_submission(self)
			return True
		except Exception:
			return False

	def set_payment_request_url(self):
		if not IS_15:
			if self.payment_account and self.payment_gateway and self.payment_gateway_validation():
				self.payment_url = self.get_payment_url()
			return
		if self.payment_account:
			self.payment_url = self.get_payment_url()
		if self.payment_url:
			self.db_set("payment_url", self.payment_url)
		if self.payment_url or not self.payment_gateway_account:
			self.db_set("status", "Initiated")

	def get_payment_url(self) -> str:
		controller = _get_payment_gateway_controller(self.payment_gateway)
		controller.validate_transaction_currency(self.currency)
		if hasattr(controller, "validate_minimum_transaction_amount"):
			controller.validate_minimum_transaction_amount(self.currency, self.grand_total)
		company, customer_name = frappe.db.get_value(
			self.reference_doctype, self.reference_name, ["company", "customer_name"]
		)
		return controller.get_payment_url(
			amount=flt(self.grand_total, self.precision("grand_total")),
			title=company,
			description=self.subject,
			reference_doctype="Payment Request",
			reference_docname=self.name,
			payer_email=self.email_to or frappe.session.user,
			payer_name=customer_name,
			order_id=self.name,
			currency=self.currency,
			payment_gateway=self.payment_gateway,
		)

	# --- the mail

	def send_email(self):
		"""Mail the link with a print of the reference, which is made now."""
		attachment = frappe.attach_print(
			self.reference_doctype,
			self.reference_name,
			file_name=self.reference_name,
			print_format=self.print_format,
		)
		enqueue(
			frappe.sendmail,
			queue="short",
			recipients=self.email_to,
			subject=self.subject,
			message=self.get_message(),
			now=True,
			attachments=[attachment],
		)

	def get_message(self) -> str | None:
		context = {"doc": self.reference(), "payment_url": self.payment_url}
		return frappe.render_template(self.message, context) if self.message else None

	def make_communication_entry(self):
		frappe.get_doc(
			{
				"doctype": "Communication",
				"subject": self.subject,
				"content": self.get_message(),
				"sent_or_received": "Sent",
				"reference_doctype": self.reference_doctype,
				"reference_name": self.reference_name,
			}
		).insert(ignore_permissions=True)

	# --- the payment

	def set_as_paid(self):
		entry = self.create_payment_entry()
		self.make_invoice()
		return entry

	def create_payment_entry(self, submit=True):
		entry = get_payment_entry(
			self.reference_doctype,
			self.reference_name,
			party_amount=self.outstanding_amount,
			bank_account=self.payment_account,
			created_from_payment_request=True,
		)
		entry.update(
			{
				"mode_of_payment": self.mode_of_payment,
				"reference_no": self.name,
				"reference_date": nowdate(),
				"remarks": f"Payment Entry against {self.reference_name} via Payment Request {self.name}",
			}
		)
		entry.references[0].payment_request = self.name
		if submit:
			entry.insert(ignore_permissions=True)
			entry.submit()
		return entry

	def make_invoice(self):
		wanted = self.reference().get("order_type") == "Shopping Cart" if IS_15 else self.make_sales_invoice
		if wanted:
			from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

			bill = make_sales_invoice(self.reference_name, ignore_permissions=True)
			bill.insert(ignore_permissions=True)
			bill.submit()


@frappe.whitelist(allow_guest=True)
def make_payment_request(**args):
	"""A Payment Request for what is open of a document; a draft of the same document is taken up again.

	:param dt: and dn: the document
	:param payment_gateway_account: filters or a name, else the default one
	:param recipient_id: who is mailed, else the document's owner
	:param submit_doc: submit it as well; with mute_email it mails nobody and gets no URL
	:param order_type: "Shopping Cart" answers the request with a redirect to the payment URL, after a commit
	:param return_doc: the document instead of a dict
	"""
	args = frappe._dict(args)
	if args.dt not in ALLOWED_DOCTYPES_FOR_PAYMENT_REQUEST:
		frappe.throw(_("Payment Requests cannot be created against: {0}").format(bold(args.dt)))
	if not IS_15:
		frappe.has_permission("Payment Request", "create", throw=True)
		frappe.has_permission(args.dt, "read", args.dn, throw=True)
	reference = frappe.get_doc(args.dt, args.dn)
	gateway = get_gateway_details(args) or frappe._dict()
	grand_total = _amount_to_request(reference, args, gateway)

	draft = {"reference_doctype": args.dt, "reference_name": args.dn, "docstatus": 0}
	name = frappe.db.get_value("Payment Request", draft)
	if name:
		if IS_15:
			frappe.db.set_value("Payment Request", name, "grand_total", grand_total, update_modified=False)
		request = frappe.get_doc("Payment Request", name)
	else:
		request = _new_request(reference, args, gateway, grand_total)
		if frappe.db.get_single_value("Accounts Settings", "create_pr_in_draft_status"):
			request.insert(ignore_permissions=True)
		if args.submit_doc:
			if request.is_new():
				request.insert(ignore_permissions=True)
			request.submit()

	if args.order_type == "Shopping Cart":
		frappe.db.commit()
		frappe.local.response["type"] = "redirect"
		frappe.local.response["location"] = request.get_payment_url()
	return request if args.return_doc else request.as_dict()


def _amount_to_request(reference, args, gateway) -> float:
	amount = get_amount(reference, gateway.payment_account)
	if not amount:
		frappe.throw(_("Payment Entry is already created"))
	existing = get_existing_payment_request_amount(reference)
	if not existing:
		return amount
	if args.order_type == "Shopping Cart" and not get_existing_payment_request_amount(reference, PROCESSED):
		cancel_old_payment_requests(reference.doctype, reference.name)
		return amount
	if not amount - existing:
		frappe.throw(_("Payment Request is already created"))
	return amount - existing


def _new_request(reference, args, gateway, grand_total: float) -> PaymentRequest:
	party_type = args.party_type or "Customer"
	party = reference.get(party_type.lower())
	account = get_party_account(party_type, party, reference.company)
	request = frappe.new_doc("Payment Request")
	request.update(
		{
			"payment_gateway_account": gateway.name,
			"payment_gateway": gateway.payment_gateway,
			"payment_account": gateway.payment_account,
			"payment_request_type": args.payment_request_type
			or ("Outward" if args.dt.startswith("Purchase") else "Inward"),
			"currency": reference.currency,
			"party_account_currency": reference.get("party_account_currency")
			or frappe.get_cached_value("Account", account, "account_currency"),
			"grand_total": grand_total,
			"mode_of_payment": args.mode_of_payment,
			"email_to": args.recipient_id or reference.owner,
			"subject": _("Payment Request for {0}").format(args.dn),
			"message": gateway.message or get_dummy_message(reference),
			"reference_doctype": args.dt,
			"reference_name": args.dn,
			"company": reference.company,
			"party_type": party_type,
			"party": args.party or party,
			"party_name": args.party_name or reference.get("customer_name"),
			"phone_number": args.phone_number,
		}
	)
	if not IS_15:
		request.mute_email = int(bool(args.mute_email or args.order_type == "Shopping Cart"))
		request.make_sales_invoice = int(bool(args.make_sales_invoice or args.order_type == "Shopping Cart"))
	request.flags.mute_email = bool(args.order_type == "Shopping Cart" or args.mute_email)
	return request


def get_amount(ref_doc, payment_account=None) -> float:
	"""What is open of a document, in its currency."""
	own_currency = ref_doc.party_account_currency == ref_doc.currency
	rate = 1 if own_currency else flt(ref_doc.conversion_rate)
	if ref_doc.doctype in ("Sales Order", "Purchase Order"):
		amount = (flt(ref_doc.rounded_total) or flt(ref_doc.grand_total)) - flt(ref_doc.advance_paid) / rate
	else:
		amount = flt(ref_doc.outstanding_amount) / rate
	return flt(amount, frappe.get_precision("Payment Request", "grand_total")) if amount > 0 else 0


def get_existing_payment_request_amount(ref_doc, statuses=None) -> float:
	"""What the submitted requests for a document still ask for."""
	filters = {"reference_doctype": ref_doc.doctype, "reference_name": ref_doc.name, "docstatus": 1}
	if statuses:
		filters["status"] = ("in", statuses)
	amounts = frappe.get_all("Payment Request", filters, pluck="outstanding_amount", order_by=None)
	rate = 1 if ref_doc.currency == ref_doc.party_account_currency else flt(ref_doc.conversion_rate)
	return flt(sum(map(flt, amounts)) / rate)


def cancel_old_payment_requests(ref_dt: str, ref_dn: str) -> None:
	of_document = {"reference_doctype": ref_dt, "reference_name": ref_dn, "docstatus": 1}
	open_ones = {**of_document, "status": ("in", ("Draft", "Requested"))}
	for name in frappe.get_all("Payment Request", open_ones, pluck="name"):
		doc = frappe.get_doc("Payment Request", name)
		doc.flags.ignore_permissions = True
		doc.cancel()


def get_gateway_details(args):
	return get_payment_gateway_account(args.get("payment_gateway_account") or {"is_default": 1})


def get_payment_gateway_account(args):
	fields = ["name", "payment_gateway", "payment_account", "message"]
	return frappe.db.get_value("Payment Gateway Account", args, fields, as_dict=True)


def update_payment_requests_as_per_pe_references(references=None, cancel=False) -> None:
	"""What a Payment Entry allocates is no longer asked for."""
	for row in references or []:
		if not row.payment_request:
			continue
		request = frappe.get_doc("Payment Request", row.payment_request)
		paid = -row.allocated_amount if cancel else row.allocated_amount
		left = flt(request.outstanding_amount - paid, row.precision("allocated_amount"))
		if left < 0:
			frappe.throw(
				_(
					"The allocated amount is greater than the outstanding amount of Payment Request {0}"
				).format(request.name),
				title=_("Invalid Allocated Amount"),
			)
		status = "Partially Paid" if left else "Paid"
		if left == request.grand_total:
			status = "Initiated" if request.payment_request_type == "Outward" else "Requested"
		frappe.db.set_value("Payment Request", request.name, {"outstanding_amount": left, "status": status})


def get_dummy_message(doc) -> str:
	asked = _("Requesting payment against {0} {1} for amount {2}").format(
		doc.doctype, doc.name, doc.get_formatted("grand_total")
	)
	return f'<p>{asked}</p>\n<a href="{{{{ payment_url }}}}">{_("Make Payment")}</a>'
