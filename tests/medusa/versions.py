"""Where the two Medusas differ, as far as starting, seeding and emptying one goes."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.medusa import seed, seed_v1


@dataclass(frozen=True)
class Version:
	"""One Medusa.

	Attributes:
		name: "v2" or "v1"; that of its project's folder, too.
		cli: the program below node_modules.
		migrate: its arguments that make the tables.
		sign_in, token: where the admin's login becomes a token, and what the reply calls it.
		seed: fills a new shop; see `seed.seed`.
		mixed: SQL that empties the tables that hold seeds next to what tests make; see wipe.py.
	"""

	name: str
	cli: str
	migrate: tuple[str, ...]
	sign_in: str
	token: str
	seed: Callable[[Callable[..., dict]], dict]
	mixed: str


# Prices are told apart by whose they are: the seeds' one is the shipping option's. Sign-ins by who they belong to:
# customers' go, the admin's stays.
MIXED_IN_V2 = """
delete from price where price_set_id not in (select price_set_id from shipping_option_price_set);
delete from price_set where id not in (select price_set_id from shipping_option_price_set);
delete from auth_identity where app_metadata ->> 'user_id' is null;
delete from provider_identity where auth_identity_id not in (select id from auth_identity);
delete from sales_channel where id not in (select default_sales_channel_id from store);
delete from shipping_profile where type <> 'default';
"""

MIXED_IN_V1 = f"""
delete from store_currencies where currency_code not in ({", ".join(f"'{code}'" for code in seed.CURRENCIES)});
delete from sales_channel where id not in (select default_sales_channel_id from store);
"""

VERSIONS = {
	"v2": Version(
		name="v2",
		cli="@medusajs/cli/cli.js",
		migrate=("db:migrate",),
		sign_in="/auth/user/emailpass",
		token="token",
		seed=seed.seed,
		mixed=MIXED_IN_V2,
	),
	"v1": Version(
		name="v1",
		cli="@medusajs/medusa-cli/cli.js",
		migrate=("migrations", "run"),
		sign_in="/admin/auth/token",
		token="access_token",
		seed=seed_v1.seed,
		mixed=MIXED_IN_V1,
	),
}
