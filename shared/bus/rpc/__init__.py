"""Calls between services (RPC): server, client, wire format, and three transports: broker, greenlets, in process."""
