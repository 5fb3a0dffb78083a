"""Classes of ERPNext's documents, for what a document event can't do."""
