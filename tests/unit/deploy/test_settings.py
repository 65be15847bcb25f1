"""Settings come from the file, addresses from the environment before it, and a bad file is told by place."""

import pytest

from deploy.compose.tuning import inspection_settings
from deploy.installation.settings import BadSettings, Profile, Settings, read_settings, write_settings


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "kiemdinh.toml"
    write_settings(path, Settings(profile=Profile.SERVER, installation="abc", office='Phường "Ba Đình"'))
    return path


def test_what_is_written_is_read_back_the_same(written):
    assert read_settings(written) == Settings(profile=Profile.SERVER, installation="abc", office='Phường "Ba Đình"')


def test_the_environment_goes_before_the_file(written, monkeypatch):
    monkeypatch.setenv("KIEMDINH_AMQP_URL", "amqp://elsewhere")
    monkeypatch.setenv("KIEMDINH_S3_ENDPOINT", "store:9000")
    settings = read_settings(written)
    assert settings.servers.amqp == "amqp://elsewhere"
    assert settings.servers.objects.endpoint == "store:9000"


@pytest.mark.parametrize(
    ("line", "told"),
    [('profile = "cloud"', "profile"), ('profle = "server"', "profle"), ("profile =", "Invalid value")],
)
def test_a_bad_file_is_refused_with_its_path(tmp_path, line, told):
    path = tmp_path / "kiemdinh.toml"
    path.write_text(f'{line}\ninstallation = "abc"\n')
    with pytest.raises(BadSettings, match=told) as refused:
        read_settings(path)
    assert str(path) in str(refused.value)


def test_there_is_always_more_than_one_reader_unless_somebody_says_so(written):
    assert read_settings(written).documents_in_hand >= 2


def test_the_route_and_the_holidays_are_read_from_the_file_and_reach_the_service(written):
    text = written.read_text("utf-8").replace('route = ["truong", "xa", "so"]', 'route = ["truong", "so"]')
    written.write_text(text.replace("days = []", 'days = ["2026-09-02", 2027-01-01]'))
    made = inspection_settings(read_settings(written))
    assert (made.route, made.by_commune) == (("truong", "so"), False)
    assert made.holidays.years == {2026, 2027}
    assert inspection_settings(Settings(profile=Profile.SERVER, installation="abc")).by_commune


@pytest.mark.parametrize(
    "setting",
    [
        'route = ["xa", "so"]',
        'route = ["truong", "xa"]',
        'route = ["truong", "xa", "xa", "so"]',
        'route = ["truong", "phong", "so"]',
        "route = []",
    ],
)
def test_a_route_that_no_registration_could_go_is_refused_with_its_place(written, setting):
    written.write_text(written.read_text("utf-8").replace('route = ["truong", "xa", "so"]', setting))
    with pytest.raises(BadSettings, match="route") as refused:
        read_settings(written)
    assert "registration" in str(refused.value)


def test_a_holiday_that_is_no_day_is_refused_with_its_place(written):
    written.write_text(written.read_text("utf-8").replace("days = []", 'days = ["2/9/2026"]'))
    with pytest.raises(BadSettings, match="holidays"):
        read_settings(written)


def test_webhooks_stay_outside_unless_somebody_says_so(written, monkeypatch):
    monkeypatch.delenv("KIEMDINH_WEBHOOKS_ALLOW_PRIVATE_TARGETS", raising=False)
    assert read_settings(written).webhooks.allow_private_targets is False
    monkeypatch.setenv("KIEMDINH_WEBHOOKS_ALLOW_PRIVATE_TARGETS", "true")
    assert read_settings(written).webhooks.allow_private_targets is True
    monkeypatch.setenv("KIEMDINH_WEBHOOKS_ALLOW_PRIVATE_TARGETS", "no")
    assert read_settings(written).webhooks.allow_private_targets is False
    monkeypatch.delenv("KIEMDINH_WEBHOOKS_ALLOW_PRIVATE_TARGETS")
    written.write_text(written.read_text("utf-8").replace("allow_private_targets = false", "allow_private_targets = true"))
    assert read_settings(written).webhooks.allow_private_targets is True


def test_a_file_of_the_version_before_which_says_nothing_of_webhooks_keeps_them_outside(tmp_path):
    path = tmp_path / "kiemdinh.toml"
    path.write_text('profile = "embedded"\ninstallation = "abc"\n\n[webhooks]\n# allow_private_targets = true\n')
    assert read_settings(path).webhooks.allow_private_targets is False


@pytest.mark.parametrize("name", ["Phong", "phong gd", "phong.gd", "-phong", "", "x" * 50, "kiemdinh\\n"])
def test_a_subscribers_name_fits_into_the_name_of_an_account(tmp_path, name):
    path = tmp_path / "kiemdinh.toml"
    path.write_text(f'profile = "server"\ninstallation = "abc"\n[servers]\nsubscribers = ["{name}"]\n')
    with pytest.raises(BadSettings, match="subscribers"):
        read_settings(path)
