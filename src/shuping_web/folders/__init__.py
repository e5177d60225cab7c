"""A cycle as a folder of the library: tables that come as files, export, import."""
