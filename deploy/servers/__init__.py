"""Starts the servers an installation needs on one machine, each private to one folder.

Owns: a RabbitMQ node, a PostgreSQL cluster, a MinIO and a VersityGW store, each on free loopback ports, with generated
passwords, under its own folder. Promises: nothing of the machine's own services is touched; `start` returns when the
server answers; `stop` leaves the folder ready for the next `start`; an orphan of an earlier launcher is ended first.

Home-made, so that one command brings them on a bare machine: containers would need an engine, and the machine's own services
somebody who may change them. An installation for many uses servers that are named in `kiemdinh.toml`.
"""

from deploy.servers.minio import MinIO
from deploy.servers.postgresql import PostgreSQL
from deploy.servers.process import PrivateServer, ProgramMissing, ServerFailed
from deploy.servers.rabbitmq import RabbitMQ
from deploy.servers.versitygw import VersityGW

__all__ = ["MinIO", "PostgreSQL", "PrivateServer", "ProgramMissing", "RabbitMQ", "ServerFailed", "VersityGW"]
