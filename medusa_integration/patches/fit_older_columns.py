"""Before the schema sync: values of columns that become numbers, dates or shorter texts."""

from medusa_integration.setup import older_columns


def execute() -> None:
	older_columns.fit_doctypes()
