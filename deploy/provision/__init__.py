"""Scripts that bring a machine to where `make` can work; they need nothing but a shell and Python."""
