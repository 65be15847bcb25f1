"""The bus between services: questions and commands (RPC), and events (relay, consumers). The only nameko and kombu code.

Owns the wire: queues, exchanges, envelopes, tokens on calls, dead letters. Promises: every call has a deadline and ends
in an answer or a Problem; every stored event is published at least once and in order; every consumer applies each event
exactly once and in order, heals gaps from the source's own feed, and never skips one that fails. The same code runs on
RabbitMQ and inside one process (`inproc://`).
"""
