"""What an installation, a migration and an uninstallation see to. Imported by hooks only."""
