import type { LoaderOptions } from "@medusajs/framework/types"

import { checkOptions } from "./options"

/** Keep Medusa from starting with options that can't work. */
export default async function checkAtStart({ options }: LoaderOptions): Promise<void> {
	checkOptions(options)
}
