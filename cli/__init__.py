"""The `kiemdinh` command: client commands, which use the public REST API only, and those of this machine (`cli.local`)."""
