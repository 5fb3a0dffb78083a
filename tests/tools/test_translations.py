"""The texts to translate, locale/main.pot, and each language's translations: current, complete, and with the
placeholders and HTML tags of the English."""

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from frappe.gettext import translate

from tools.translations import catalogs, extraction

LANGUAGES = {path.stem: path for path in catalogs.languages()}


@pytest.fixture(scope="module")
def template() -> Catalog:
	return extraction.template()


def test_the_texts_to_translate_are_current(template):
	assert catalogs.keys(template) ^ catalogs.keys(catalogs.read(catalogs.TEMPLATE)) == set(), (
		"make translations"
	)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_complete(template, language):
	catalog = catalogs.read(LANGUAGES[language])
	assert catalogs.keys(catalog) == catalogs.keys(template), "make translations"
	assert list(catalogs.faults(catalog)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_has_the_words_that_become_links(language):
	"""public/js/medusa_links.js makes links of these words in a message."""
	catalog = catalogs.read(LANGUAGES[language])
	script = (extraction.APP / "public/js/medusa_links.js").read_text()
	words = re.findall(r'\[__\("(.+?)"\), "/', script)
	assert len(words) > 4
	for each in words:
		texts = [message for message in catalog if message.id and each in message.id]
		assert texts
		lacking = [message.id for message in texts if catalog.get(each).string not in message.string]
		assert lacking == [], each


def test_texts_of_every_kind_are_there(template):
	found = {location[0] for message in template for location in message.locations}
	for part in (
		"/doctype/", "/number_card/", "/dashboard_chart/", "/form_tour/", "/module_onboarding/", "/onboarding_step/",
		"/report/", "/workspace/", "/workspace_sidebar/", "/desktop_icon/", "/public/js/", "/templates/emails/",
		"/setup/custom_fields.py", "/storefront/", "/www/", "/operations/quotation_workflow.py",
	):  # fmt: skip
		assert any(part in file for file in found), part


@pytest.mark.parametrize(
	("text", "file"),
	[
		("from anybody!", "desk/number_cards.py"),  # in an f-string
		("the shop's price list", "public/js/medusa_configuration_products.js"),  # in another text's call
		("All", "public/js/medusa_configuration_products.js"),  # in an attribute of a template string
	],
)
def test_a_text_within_another_is_there(template, text, file):
	message = template.get(text)
	assert message, "not in the template"
	assert f"medusa_integration/{file}" in [location[0] for location in message.locations]


@pytest.mark.parametrize(
	("source", "translation", "fault"),
	[
		("{0} orders", "", "no translation"),
		("{0} orders", "Bestellungen", "other placeholders"),
		("{0} of {1}", "{1} von {0}", None),
		("Press <b>Save</b>", "Wählen Sie Speichern", "other HTML tags"),
		("a <name of the function>", "ein <Name der Funktion>", None),
		("of ", "von", "other blanks at an end"),
	],
)
def test_a_fault_is_seen(source, translation, fault):
	catalog = Catalog(locale="de", fuzzy=False)
	catalog.add(source, translation)
	assert [each.split(":")[0] for each in catalogs.faults(catalog)] == ([fault] if fault else [])


def test_a_new_text_is_empty_and_a_former_one_is_left_out():
	catalog, template = Catalog(locale="de", fuzzy=False), Catalog(fuzzy=False)
	catalog.add("Orders", "Bestellungen")
	catalog.add("Order", "Bestellung")
	for text in ("Orders", "Order now"):
		template.add(text)
	merged = {
		message.id: message.string or "" for message in catalogs.merged(catalog, template) if message.id
	}
	assert merged == {"Orders": "Bestellungen", "Order now": ""}


@pytest.mark.parametrize(
	("language", "translation"), [("ar", "رمزك لتسجيل الدخول"), ("de", "Ihr Code zur Anmeldung")]
)
def test_bench_build_compiles_a_language(tmp_path, language, translation):
	"""Frappe 15 and 16 read what `bench build` compiles of the .po files."""
	catalog = catalogs.read(LANGUAGES[language])
	path = translate.write_binary("medusa_integration", catalog, str(tmp_path / language))
	with open(path, "rb") as file:
		assert read_mo(file).get("Your code to log in").string == translation
