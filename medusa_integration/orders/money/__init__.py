"""Payments for an order and refunds: captures, refunds, invoices, credit notes, Payment Entries, Payment Requests, coupons."""
