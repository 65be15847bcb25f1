"""Which address on the broker subscribing programs are told."""

from __future__ import annotations

import pytest

from deploy.compose.addresses import Addresses
from deploy.installation.data_folder import DataFolder
from deploy.installation.settings import Profile
from deploy.processes.announce import ready_line


@pytest.mark.parametrize(("account", "told"), [("", None), ("amqp://nghe:mk@may/kd", "amqp://nghe:mk@may/kd")])
def test_subscribers_are_told_their_own_account_and_never_the_platforms(tmp_path, account, told):
    addresses = Addresses(
        profile=Profile.SERVER,
        amqp="amqp://kiemdinh:tat-ca@may/kd",
        subscribers_amqp=account,
        databases={},
        views={},
        host="127.0.0.1",
        portal_port=1,
    )

    assert ready_line(DataFolder(tmp_path), addresses, "/vao").amqp == told
