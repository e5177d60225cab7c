"""Result folders: written whole or not at all, with a manifest, and read back."""
