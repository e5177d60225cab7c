"""The standing on screen: the library run over what is filed or frozen."""
