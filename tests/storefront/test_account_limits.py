"""How often visitors may ask for codes and try codes and passwords. No visitor can lock another one out."""

import re

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from medusa_integration import counters
from medusa_integration.customers import email_codes, shop_accounts
from medusa_integration.customers.email_codes import EACH, MOST_ASKERS, CodeTries
from medusa_integration.storefront import account_limits, accounts
from medusa_integration.storefront.limits import Limit
from tests.storefront.test_access import refused
from tests.support.accounts import EMAIL, PERSON, Visitor, code_for, signed_up, text_of, work
from tests.support.storefront import Shop, configure_storefront
from tests.support.workers import Worker, start

OTP = "Email OTP"
SENT = {"message": "OTP sent successfully", "isSuccess": 1}


@pytest.fixture
def visitor(shop, mail_server):
	"""A browser at a shop whose Medusa isn't asked."""
	return Visitor()


@pytest.fixture
def owner(medusa, mail_server):
	"""A customer's browser, whose password is `shop_accounts.kept_password(EMAIL)`."""
	configure_storefront()
	visitor = Visitor()
	signed_up(visitor, mail_server)
	counters.forget()
	return visitor


@pytest.fixture
def compared(monkeypatch):
	"""One entry for each password that Medusa compares."""
	compared, ask_medusa = [], accounts._at_medusa

	def note(call):
		compared.append("a password")
		return ask_medusa(call)

	monkeypatch.setattr(accounts, "_at_medusa", note)
	return compared


def other(number: int = 0) -> Visitor:
	"""A visitor from another IP address."""
	return Visitor(f"198.51.100.{number}")


def ask(who, email: str = EMAIL, **arguments):
	return who.call("send_otp", email=email, **arguments)


def sign_up(who, code: str, **arguments) -> int:
	return who.call("sign_up", email=EMAIL, otp=code, **{**PERSON, **arguments}).status_code


def log_in(who, password: str, email: str = EMAIL, **arguments) -> int:
	return who.call("login", email=email, password=password, **arguments).status_code


def wrong(code: str) -> str:
	return f"{(int(code) + 1) % 10**6:06}"


def tries() -> CodeTries:
	frappe.db.rollback()
	return CodeTries.of(frappe.db.get_value(OTP, EMAIL, "askers"))


def pass_minutes(minutes: int) -> None:
	"""Make the last mail, and the counts of a minute, as old."""
	counters.forget("limit:code-minute")
	counters.forget("limit:box-minute")
	counters.forget("reset:")
	for row in frappe.get_all(OTP, fields=["name", "last_sent"]):
		frappe.db.set_value(OTP, row.name, "last_sent", add_to_date(row.last_sent, minutes=-minutes))
	frappe.db.commit()


def mailed(post) -> list[str]:
	"""The codes that were mailed, once the jobs are done."""
	work()
	return [re.search(r"<b>(\d{6})</b>", text_of(mail))[1] for mail in post.mails]


# --- codes


def test_others_lock_no_right_code_out(medusa, mail_server):
	configure_storefront()
	visitor = Visitor()
	code = code_for(visitor, mail_server)
	tried = [sign_up(other(), wrong(code)) for _try in range(12)]
	assert tried == [401] * 10 + [429] * 2
	assert log_in(other(1), "a guess") == 401
	assert sign_up(other(9), code) == 401  # the tries of those who haven't asked are used up
	assert [sign_up(visitor, wrong(code)) for _try in range(EACH - 1)] == [401] * (EACH - 1)
	assert sign_up(Shop(), code, visitor_ip=visitor.ip) == 200


def test_an_ip_address_tries_few_codes_of_all_addresses(visitor):
	def guess(number: int) -> int:
		return visitor.call("login", email=f"{number}@clinic.example", otp="123456").status_code

	assert [guess(number) for number in range(12)] == [401] * 10 + [429] * 2


def test_a_visitor_who_asks_after_another_one_has_tries_too(visitor, mail_server):
	"""Else who asks again and again for the owner's codes would hold all the tries."""
	assert ask(other()).json["message"] == SENT
	assert ask(visitor).json["message"] == SENT
	(code,) = mailed(mail_server)
	assert {sign_up(other(number), wrong(code)) for number in range(1, 9)} == {401}
	assert tries() == CodeTries({other().ip: 0, visitor.ip: 0}, EACH)
	assert email_codes.use_and_commit(EMAIL, code, visitor.ip)


def test_the_tries_of_a_code_are_few():
	"""A code of six digits could be guessed with an address for each five tries."""
	tries = CodeTries()
	for number in range(MOST_ASKERS + 2):
		tries.ask(other(number).ip)
	for number in range(MOST_ASKERS + 2):
		who = other(number).ip
		while tries.left(who) > 0:
			tries.count(who)
		assert not tries.may_ask(who)
	assert tries.total == (MOST_ASKERS + 1) * EACH
	assert CodeTries.of(tries.stored()) == tries
	for broken in (None, "", "{", "[]", '{"askers": 5, "others": 0}'):
		assert CodeTries.of(broken) == CodeTries()


def test_a_right_code_is_no_try(visitor, mail_server):
	"""While Medusa is down its use is given back each time."""
	code = code_for(visitor, mail_server)
	for _time in range(EACH + 1):
		assert email_codes.use_and_commit(EMAIL, code, visitor.ip)
		email_codes.give_back_and_commit(EMAIL)
	assert tries().total == 0


# --- mails


def test_a_code_stands_for_a_minute(visitor, mail_server):
	assert {ask(other(number)).status_code for number in range(4)} == {200}
	(code,) = mailed(mail_server)
	assert frappe.db.get_value(OTP, EMAIL, "ip") == other(0).ip
	pass_minutes(1)
	assert ask(visitor).json["message"] == SENT
	assert len(mailed(mail_server)) == 2
	if code != mailed(mail_server)[1]:
		assert not email_codes.use_and_commit(EMAIL, code, visitor.ip)


@pytest.mark.mariadb
def test_two_who_ask_at_once_get_one_code(visitor):
	email_codes.issue(EMAIL)
	frappe.db.set_value(OTP, EMAIL, "status", "Expired")
	frappe.db.commit()
	addresses = [other(number).ip for number in range(2)]
	pair = start(*(Worker(email_codes.issue, email=EMAIL, asker=who, pause=60) for who in addresses))
	assert sorted(len(worker.result()) for worker in pair) == [0, 6]
	assert tries() == CodeTries(dict.fromkeys(addresses, 0))


def test_after_ten_mails_a_day_a_code_stands_for_ten_minutes(visitor, mail_server):
	for number in range(12):
		assert ask(other(number)).json["message"] == SENT, number
		codes = mailed(mail_server)
		assert len(codes) == min(number + 1, 10)
		pass_minutes(2)
	assert ask(visitor).json["message"] == SENT
	assert len(mailed(mail_server)) == 10
	assert email_codes.use_and_commit(EMAIL, codes[-1], visitor.ip)
	pass_minutes(2)
	assert ask(visitor).json["message"] == SENT  # The code is used, so it doesn't stand.
	assert len(mailed(mail_server)) == 11


def test_who_has_used_up_the_tries_of_a_code_that_stands_is_told(visitor, mail_server):
	assert ask(visitor).json["message"] == SENT
	(code,) = mailed(mail_server)
	for _try in range(EACH):
		sign_up(visitor, wrong(code))
	counters.forget("limit:code-minute")
	assert "Too many requests" in refused(ask(visitor), 429)
	pass_minutes(1)
	assert ask(visitor).json["message"] == SENT
	assert len(mailed(mail_server)) == 2


def test_a_code_that_could_not_be_mailed_does_not_stand(visitor, mail_server):
	for number in range(2):
		assert ask(other(number), "broken@clinic.example").status_code == 200
		work()
	frappe.db.rollback()
	assert frappe.db.count("Error Log", {"method": ("like", "Storefront: no mail%")}) == 2


def test_tags_are_one_mailbox(visitor, mail_server):
	tagged = "aisha+{}@clinic.example"
	asked = [ask(other(number), tagged.format(number)).status_code for number in range(4)]
	assert asked == [200, 429, 429, 429]
	assert len(mailed(mail_server)) == 1
	assert ask(other(9), "AISHA+0@Clinic.example").json["message"] == SENT  # its own code stands
	assert ask(visitor).json["message"] == SENT  # the mailbox's own address
	assert len(mailed(mail_server)) == 2
	counters.forget("limit:box-minute")
	for number in range(10, 19):
		ask(other(number), tagged.format(number))
		counters.forget("limit:box-minute")
	assert len(mailed(mail_server)) == 10
	assert (account_limits.mailbox("A+b+c@D.e"), account_limits.mailbox("+a@b.c")) == ("a@d.e", "+a@b.c")


def test_tags_of_others_keep_no_account_from_its_codes(visitor, mail_server, monkeypatch):
	tagged = "aisha+shop@clinic.example"
	assert ask(other(), "aisha+1@clinic.example").status_code == 200
	assert ask(visitor, tagged).status_code == 429
	monkeypatch.setattr(shop_accounts, "exists", lambda email: email == tagged)
	counters.forget("limit:code-minute")
	assert ask(visitor, tagged, isLogin=1).json["message"] == SENT


def test_an_ip_address_gets_a_mail_a_minute_and_ten_a_day(visitor):
	assert ask(visitor, "a@clinic.example").status_code == 200
	assert ask(visitor, "b@clinic.example").status_code == 429
	for number in range(11):
		counters.forget("limit:code-minute")
		response = ask(visitor, f"{number}@clinic.example")
		assert response.status_code == (200 if number < 9 else 429), number


def test_a_network_of_ipv6_is_one_address(visitor):
	asked = [
		ask(Visitor(f"2001:db8:1:2::{number}"), f"{number}@clinic.example").status_code for number in range(4)
	]
	assert asked == [200, 429, 429, 429]
	assert ask(Visitor("2001:db8:1:3::1"), "x@clinic.example").status_code == 200
	assert ask(visitor, "y@clinic.example").status_code == 200
	assert ask(Visitor(f"::ffff:{visitor.ip}"), "z@clinic.example").status_code == 429


def test_who_asks_for_many_accounts_is_stopped(visitor):
	codes = [ask(visitor, f"{n}@clinic.example", isLogin=1).status_code for n in range(32)]
	assert codes == [404] * 30 + [429] * 2


def test_the_shops_server_names_its_visitor(visitor):
	shop = Shop()
	for number in range(12):
		assert ask(shop, f"{number}@clinic.example").status_code == 200
	named = {"visitor_ip": "203.0.113.77"}
	assert ask(shop, "a@clinic.example", **named).status_code == 200
	assert ask(shop, "b@clinic.example", **named).status_code == 429
	assert ask(shop, "b@clinic.example", visitor_ip="203.0.113.78").status_code == 200
	assert "must be an IP address" in refused(ask(shop, visitor_ip="localhost"), 400)
	assert ask(visitor, "c@clinic.example", visitor_ip="203.0.113.79").status_code == 200
	assert ask(visitor, "d@clinic.example", visitor_ip="203.0.113.80").status_code == 429  # a stranger


@pytest.mark.parametrize("forwarded", ["<img src=x onerror=alert(1)>", "9" * 300, "fe80::1%<b>" + "x" * 200])
def test_only_an_address_is_stored_as_one(visitor, mail_server, forwarded):
	for number in range(2):
		who = Visitor(f"203.0.113.{number}", **{"X-Forwarded-For": forwarded})
		assert ask(who).json["message"] == SENT
		assert len(mailed(mail_server)) == number + 1  # the second one updates the record
		pass_minutes(1)
	assert frappe.db.get_value(OTP, EMAIL, "ip") in (who.ip, "fe80::1")


# --- passwords


def test_others_lock_no_right_password_out(owner, compared):
	attacker, right = other(), shop_accounts.kept_password(EMAIL)
	assert [log_in(attacker, f"guess {n}") for n in range(12)] == [401] * 10 + [429] * 2
	assert len(compared) == 10
	assert log_in(attacker, "guess", "other@clinic.example") == 401
	assert log_in(owner, right) == 200
	assert log_in(Shop(), right, visitor_ip=owner.ip) == 200
	assert log_in(Shop(), "guess", visitor_ip=attacker.ip) == 429
	assert log_in(Shop(), right) == 200


def test_an_ip_address_tries_few_passwords_of_all_accounts(owner, monkeypatch):
	monkeypatch.setattr(account_limits, "ALL_PASSWORDS", Limit("passwords", 3, 900))
	emails = [f"{number}@clinic.example" for number in range(5)]
	assert [log_in(other(), "guess", email) for email in emails] == [401] * 3 + [429] * 2
	assert log_in(owner, "guess") == 401


def test_the_shops_server_that_names_no_visitor_has_a_wide_limit(owner, monkeypatch):
	monkeypatch.setattr(account_limits, "UNNAMED", Limit("passwords-unnamed", 3, 900))
	right = shop_accounts.kept_password(EMAIL)
	assert [log_in(Shop(), "guess") for _try in range(4)] == [401] * 3 + [429]
	assert log_in(Shop(), "guess", "other@clinic.example") == 401
	assert log_in(Shop(), right, visitor_ip=owner.ip) == 200
	assert log_in(owner, right) == 200


def test_log_ins_at_once_compare_no_more_passwords_than_the_limit(owner, monkeypatch):
	"""Each begins while the former one waits for Medusa."""
	answers, started, ask_medusa = [], [], accounts._at_medusa

	def begin_another(call):
		started.append("a log-in")
		if len(started) < 20:
			answers.append(log_in(owner, "guess"))
		return ask_medusa(call)

	monkeypatch.setattr(accounts, "_at_medusa", begin_another)
	answers.append(log_in(owner, "guess"))
	assert len(started) == 10
	assert sorted(answers) == [401] * 10 + [429]


def test_only_a_wrong_password_counts(owner, proxy, monkeypatch):
	monkeypatch.setattr(account_limits, "PASSWORDS", Limit("passwords-of", 2, 900))
	assert {log_in(owner, shop_accounts.kept_password(EMAIL)) for _try in range(4)} == {200}
	proxy.down()
	assert {log_in(owner, "guess") for _try in range(4)} == {503}
	proxy.up()
	assert [log_in(owner, "guess") for _try in range(3)] == [401, 401, 429]


# --- passwords that are forgotten


def test_a_reset_is_mailed_once_in_a_while(owner, mail_server):
	configure_storefront(frontend_url="https://shop.example")
	mail_server.mails.clear()

	def reset() -> int:
		response = Shop().call("send_password_reset_email", email=EMAIL, token="token")
		assert response.json["message"]["isSuccess"] == 1, response.text
		work()
		return len(mail_server.mails)

	assert [reset(), reset()] == [1, 1]
	for number in range(2, 11):
		counters.forget("reset:")
		assert reset() == number
	assert counters.read(account_limits.RESETS.key(EMAIL)) == 10
	(key,) = [each for each in redis_keys() if b":reset:" in each]
	assert redis().ttl(key) <= 60
	counters.forget("reset:")
	assert [reset(), reset()] == [11, 11]  # not until tomorrow, but in a quarter of an hour
	assert 60 < redis().ttl(key) <= 15 * 60


def redis():
	return counters.get_redis_conn()


def redis_keys() -> list[bytes]:
	return list(redis().scan_iter(f"{counters.PREFIX}*"))


def test_the_mail_follows_the_clock():
	"""`pass_minutes` moves what `standing` looks at."""
	email_codes.issue(EMAIL, asker="203.0.113.7")
	assert email_codes.standing(EMAIL, 60)
	assert email_codes.issue(EMAIL, asker="203.0.113.8", pause=60) == ""
	assert frappe.db.get_value(OTP, EMAIL, "last_sent") <= now_datetime()
	pass_minutes(2)
	assert not email_codes.standing(EMAIL, 60)
	assert email_codes.standing(EMAIL)
	assert email_codes.issue(EMAIL, asker="203.0.113.8", pause=60)
