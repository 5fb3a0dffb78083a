import ar from "./json/ar.json"
import de from "./json/de.json"
import en from "./json/en.json"

/** The texts' namespace, so that they don't meet those of Medusa or of another plugin. */
export const NAMESPACE = "erpnext"

/** Medusa's dashboard reads this file from 2.11.1 on. The keys are its codes of languages. */
export default {
	ar: { [NAMESPACE]: ar },
	de: { [NAMESPACE]: de },
	en: { [NAMESPACE]: en },
}
