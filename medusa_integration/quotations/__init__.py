"""A quotation's life: made, priced, sent to Medusa, mailed, approved, and ordered."""
