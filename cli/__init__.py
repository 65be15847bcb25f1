"""The `kiemdinh` command's client side: everything it does goes through the public REST API."""
