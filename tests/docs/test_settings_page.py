"""docs/configure.md has every setting of the Medusa Configuration and every column of its tables, in the order of the form."""

import re

from tools import settings_page
from tools.settings_page import PAGE, arranged, form, problems

TEXT = PAGE.read_text()
URL = re.compile(r'^\| <a id="url"></a>.*\n', re.MULTILINE)


def test_the_page_agrees_with_the_form():
	assert problems(TEXT) == []


def test_the_form_is_read_whole():
	keys = [setting.key for section in form() for setting in section.settings]
	assert {"enable", "url", "alert_role", "import_orders", "tax_accounts"} <= set(keys)
	assert not {"access_token", "status_html", "seen_in_medusa"} & set(keys)
	(taxes,) = [s for section in form() for s in section.settings if s.key == "tax_accounts"]
	assert [column.label for column in taxes.columns][-1] == "Account"


def test_a_missing_setting_is_named():
	assert problems(URL.sub("", TEXT)) == ["url: isn't on the page"]


def test_a_setting_elsewhere_than_on_the_form_is_named_and_moved():
	row = URL.search(TEXT)[0]
	moved = URL.sub("", TEXT).replace('| <a id="company">', f'{row}| <a id="company">')
	(problem,) = problems(moved)
	assert problem.startswith("url: comes before api_version")
	assert arranged(moved) == TEXT


def test_another_label_and_another_default_are_named():
	renamed = TEXT.replace("</a>Batch Size |", "</a>Batch |").replace("1 to 500. | 100 |", "1 to 500. | 50 |")
	assert problems(renamed) == [
		"batch_size: 'Batch' on the page, 'Batch Size' on the form",
		"batch_size: the default '50' on the page, '100' on the form",
	]
	assert problems(arranged(renamed)) == ["batch_size: the default '50' on the page, '100' on the form"]


def test_a_new_setting_needs_a_text():
	new = arranged(URL.sub("", TEXT))
	assert problems(new) == ["url: has no text"]


def test_a_section_that_moves_takes_its_text_along(monkeypatch):
	sections = form()
	monkeypatch.setattr(settings_page, "form", lambda: [sections[0], *reversed(sections[1:])])
	text = arranged(TEXT)
	assert problems(text) == []
	assert sorted(text.splitlines()) == sorted(TEXT.splitlines())
