"""What is decided without any I/O: what is relayed, who sees it, how a delivery goes on."""
