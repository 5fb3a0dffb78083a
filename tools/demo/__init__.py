"""A whole catalogue from the embedded site into a real Medusa: shown (demo), left running (serve), measured."""
