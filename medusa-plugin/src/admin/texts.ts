import { useTranslation } from "react-i18next"

import { NAMESPACE } from "./i18n"
import en from "./i18n/json/en.json"

/** The plugin's texts in the dashboard's language; in English where that has none, and before Medusa 2.11.1. */
export const useTexts = () => {
	const { t } = useTranslation(NAMESPACE)
	return {
		text: (key: keyof typeof en): string => t(key, { defaultValue: en[key] }),
		/** @param name ERPNext's, as it is in English; one that has no translation stays */
		status: (name: string): string => t(`status.${name}`, { defaultValue: name }),
	}
}
