"""Classes of ERPNext's documents, for changes that a document event can't make."""
