"""Into frappe/utils/pdf.py: prints, as pages and as PDFs that have their text only, without wkhtmltopdf."""

import io

from bs4 import BeautifulSoup
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

A4 = (595, 842)  # points
LINES = 54  # on a page


def pdf_body_html(template, args, **kwargs):
	return template.render(args)


def get_pdf(html, options=None, output=None, **kwargs):
	writer = output or PdfWriter()
	soup = BeautifulSoup(html, "html.parser")
	for tag in soup.select("head, script, style, .print-hide"):
		tag.decompose()
	lines = list(soup.stripped_strings)
	for start in range(0, len(lines) or 1, LINES):
		_add_page(writer, lines[start : start + LINES])
	if output:
		return output
	if options and options.get("password"):
		writer.encrypt(options["password"])
	stream = io.BytesIO()
	writer.write(stream)
	return stream.getvalue()


def _add_page(writer, lines):
	page, contents = writer.add_blank_page(*A4), DecodedStreamObject()
	shown = (line.translate({ord(char): f"\\{char}" for char in "\\()"}) for line in lines)
	text = "".join(f"({line}) '\n" for line in shown)
	contents.set_data(f"BT /F1 9 Tf 14 TL 40 800 Td\n{text}ET".encode("latin-1", "replace"))
	names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
	font = DictionaryObject({NameObject(key): NameObject(name) for key, name in names.items()})
	resources = _dictionary("/Font", _dictionary("/F1", font))
	page[NameObject("/Resources")], page[NameObject("/Contents")] = resources, contents


def _dictionary(key, value):
	return DictionaryObject({NameObject(key): value})
