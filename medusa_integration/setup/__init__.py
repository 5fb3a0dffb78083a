"""Installation, migration and uninstallation of the app. Imported by hooks only."""
