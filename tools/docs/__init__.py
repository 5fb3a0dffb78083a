"""What the site of docs/ needs besides mkdocs (mkdocs.yml): `make docs` builds it."""
