"""The app's texts and their translations: `make translations` writes locale/main.pot anew and merges every
language's .po file. `bench build` compiles the .po files, on Frappe 15 and 16.

Source: docs/develop.md, "Translations".
"""
