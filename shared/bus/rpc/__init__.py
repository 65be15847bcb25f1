"""Questions and commands between services: what answers, what asks, and the three ways between them."""
