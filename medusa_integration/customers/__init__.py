"""The shop's customers: buyers, contacts, addresses, Leads and accounts, and customers that arrive or change in Medusa."""
