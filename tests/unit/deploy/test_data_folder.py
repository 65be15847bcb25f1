"""A data folder is made once, keeps its secrets to its owner, and is opened by one composition and one launcher."""

import stat

import pytest

from deploy.installation.data_folder import DataFolder, WrongFolder
from deploy.installation.folder_lock import AlreadyRunning, FolderLock
from deploy.installation.settings import Profile


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_opening_again_keeps_installation_and_secrets(tmp_path):
    first = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    kept = (first.settings().installation, first.secret("passport"), first.password("evidence"))
    again = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    assert (again.settings().installation, again.secret("passport"), again.password("evidence")) == kept


def test_a_path_that_cannot_be_a_folder_is_refused_in_words(tmp_path):
    (tmp_path / "tep").write_text("x")
    with pytest.raises(WrongFolder, match="Không dùng được thư mục"):
        DataFolder.open(tmp_path / "tep", Profile.EMBEDDED)


def test_two_folders_have_different_secrets(tmp_path):
    one, two = (DataFolder.open(tmp_path / name, Profile.EMBEDDED) for name in ("one", "two"))
    assert one.secret("passport") != two.secret("passport")
    assert one.settings().installation != two.settings().installation


def test_secrets_are_readable_by_their_owner_only(tmp_path):
    folder = DataFolder.open(tmp_path / "data", Profile.SERVER)
    folder.secret("passport")
    folder.announce("addresses.json", {"amqp": "amqp://user:secret@host"})
    assert mode(folder.path / "secrets") == 0o700
    assert mode(folder.path / "secrets" / "passport") == 0o600
    assert mode(folder.run) == 0o700
    assert mode(folder.run / "addresses.json") == 0o600


def test_a_folder_of_one_composition_is_refused_by_the_other(tmp_path):
    DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    with pytest.raises(WrongFolder, match="--profile embedded"):
        DataFolder.open(tmp_path / "data", Profile.SERVER)


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(WrongFolder, match="trống"):
        DataFolder.open(tmp_path, Profile.EMBEDDED)
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_beginning_that_was_cut_counts_as_new(tmp_path):
    (tmp_path / ".kiemdinh.toml.part").write_text("prof")
    assert DataFolder.open(tmp_path, Profile.EMBEDDED).settings().profile is Profile.EMBEDDED


def test_settings_of_a_folder_without_installation_are_refused(tmp_path):
    with pytest.raises(WrongFolder, match="kiemdinh up"):
        DataFolder(tmp_path).settings()


def test_the_second_launcher_is_refused_and_told_who_runs_where(tmp_path):
    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    with FolderLock(folder.path) as lock:
        lock.note_address(url="http://127.0.0.1:8080")
        with pytest.raises(AlreadyRunning, match=r"http://127\.0\.0\.1:8080") as refused, FolderLock(folder.path):
            pass
    assert refused.value.pid > 0
    assert str(refused.value.pid) in str(refused.value)


def test_the_folder_is_free_when_its_launcher_has_ended(tmp_path):
    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    with FolderLock(folder.path):
        pass
    with FolderLock(folder.path) as lock:
        assert lock is not None


def test_nothing_that_was_true_while_it_ran_stays(tmp_path):
    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    for name in ("installation.json", "roles/portal.json"):
        folder.announce(name, {"pid": 1})
    folder.withdraw()
    assert folder.announced("installation.json") is None
    assert list((folder.run / "roles").iterdir()) == []
