// The stock server's settings, and the plugin with the options that the test wants.
const config = require("./stock-config.js")

config.plugins = [
	...(config.plugins ?? []),
	{ resolve: "medusa-plugin-erpnext", options: JSON.parse(process.env.PLUGIN_OPTIONS) },
]

module.exports = config
