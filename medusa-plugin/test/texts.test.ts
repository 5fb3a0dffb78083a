import { createInstance, type Resource } from "i18next"
import { createElement } from "react"
import { renderToStaticMarkup } from "react-dom/server"
import { I18nextProvider } from "react-i18next"
import { expect, test } from "vitest"

import resources, { NAMESPACE } from "../src/admin/i18n"
import { useTexts } from "../src/admin/texts"

const Sample = () => {
	const { text, status } = useTexts()
	return [text("sync"), status("To Bill"), status("Made in Oman")].join(" | ")
}

/** What a dashboard with these texts shows, with Medusa's own settings of i18next. */
function shown(lng: string, known: Resource): string {
	const i18n = createInstance()
	void i18n.init({ lng, resources: known, fallbackLng: "en", fallbackNS: "translation", initImmediate: false })
	return renderToStaticMarkup(createElement(I18nextProvider, { i18n }, createElement(Sample)))
}

test.each([
	["en", "Sync again | To Bill | Made in Oman"],
	["de", "Erneut abgleichen | Abzurechnen | Made in Oman"],
	["ar", "مزامنة مجددًا | للفوترة | Made in Oman"],
	["fr", "Sync again | To Bill | Made in Oman"],
])("A dashboard in %s shows its texts", (language, words) => {
	expect(shown(language, resources)).toBe(words)
})

test("A dashboard that doesn't read a plugin's texts shows the English ones", () => {
	expect(shown("de", { de: { translation: {} } })).toBe("Sync again | To Bill | Made in Oman")
})

test.each(Object.entries(resources))("%s has each text", (_language, { [NAMESPACE]: texts }) => {
	expect(texts).toMatchObject(
		Object.fromEntries(Object.keys(resources.en[NAMESPACE]).map((key) => [key, expect.stringMatching(/\S/)]))
	)
})
