"""Connections to a broker: RabbitMQ's, or the one inside the process; and eventlet, which turns threads into greenlets."""
