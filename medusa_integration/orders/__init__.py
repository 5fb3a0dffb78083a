"""An order's life: arriving from Medusa, edits, cancellations and its status in Medusa. Its amounts are in charges/, what is paid for it
in money/, what is delivered and returned in goods/."""
