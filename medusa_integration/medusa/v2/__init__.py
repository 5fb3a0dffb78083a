"""The wire format of Medusa v2, one file for each topic. dialect.py combines the files."""
