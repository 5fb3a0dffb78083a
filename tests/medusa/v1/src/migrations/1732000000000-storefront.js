const { FIELDS } = require("../fields")

class Storefront1732000000000 {
	async up(runner) {
		for (const [field, type] of Object.entries(FIELDS))
			await runner.query(`alter table "product" add column "${field}" ${type}`)
		await runner.query(`create table "quotation" (id varchar primary key, body jsonb not null)`)
	}

	async down(runner) {
		for (const field of Object.keys(FIELDS)) await runner.query(`alter table "product" drop column "${field}"`)
		await runner.query(`drop table "quotation"`)
	}
}

module.exports = { Storefront1732000000000 }
