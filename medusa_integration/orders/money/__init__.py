"""What is paid and given back for an order: captures, refunds, invoices, credit notes, Payment Entries, Payment Requests, coupons."""
