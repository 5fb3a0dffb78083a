"""The wire format of Medusa v1, one file for each topic. dialect.py combines the files."""
