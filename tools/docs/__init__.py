"""What the site of docs/ needs besides mkdocs.yml, and the rules for docs/openapi.json: `make docs` uses both."""
