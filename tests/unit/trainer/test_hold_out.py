"""Part of train/ becomes a split of its own, the same for the same seed, and nothing stands in two."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from trainer.__main__ import app
from trainer.data.data_set import HOLD_OUT, DataSet, read_data_set
from trainer.data.errors import DataSetError
from trainer.data.hold_out import hold_out, pool
from trainer.field_guide.dataset import Plan, make_field_guide


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    folder = tmp_path_factory.mktemp("data") / "set"
    make_field_guide(folder, Plan(species=3, most=20, least=4, valid=2, test=2, no_birds=1, side=32))
    return read_data_set(folder)


def held(folder: Path) -> set[Path]:
    return {one.path.resolve() for one in read_data_set(folder).of(HOLD_OUT)}


def test_every_species_gives_its_share_and_keeps_the_rest(data: DataSet, tmp_path: Path) -> None:
    hold_out(data, tmp_path / "new", share=0.25, seed=0)
    new = read_data_set(tmp_path / "new")
    train = {one.path.resolve() for one in new.of("train")}
    assert train.isdisjoint(held(tmp_path / "new"))
    assert train | held(tmp_path / "new") == {one.path for one in data.of("train")}
    assert {one.species for one in new.of(HOLD_OUT)} == set(data.species)
    assert len(held(tmp_path / "new")) == pytest.approx(0.25 * len(data.of("train")), abs=2)
    assert new.scientific_names == data.scientific_names
    assert len(new.no_birds) == len(data.no_birds) == 1


def test_a_few_photos_of_valid_are_learned_from_and_one_selects(data: DataSet, tmp_path: Path) -> None:
    command = ["hold-out", str(data.folder), str(tmp_path / "few"), "--from", "valid", "--to", "valid"]
    assert CliRunner().invoke(app, [*command, "--share", "0.5"]).exit_code == 0
    few = read_data_set(tmp_path / "few")
    learned, selects = ({one.path.resolve() for one in few.of(split)} for split in ("train", "valid"))
    assert learned | selects == {one.path for one in data.of("valid")}
    assert (len(learned), len(selects), len(few.of("test"))) == (3, 3, len(data.of("test")))


def test_the_seed_chooses(data: DataSet, tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        hold_out(data, tmp_path / name, share=0.25, seed=seed)
    assert held(tmp_path / "a") == held(tmp_path / "b") != held(tmp_path / "c")


def test_species_without_training_photos_are_left_out(tmp_path: Path) -> None:
    make_field_guide(tmp_path / "set", Plan(species=3, most=4, least=4, valid=2, test=2, no_birds=0, side=32))
    gone = read_data_set(tmp_path / "set").species[0]
    for path in (tmp_path / "set" / "train" / gone).iterdir():
        path.unlink()
    hold_out(read_data_set(tmp_path / "set"), tmp_path / "new", share=0.25, seed=0)
    assert gone not in read_data_set(tmp_path / "new").species


def test_a_species_with_one_photo_and_a_folder_in_use_are_refused(data: DataSet, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(DataSetError, match="not empty"):
        hold_out(data, tmp_path, share=0.2, seed=0)
    make_field_guide(tmp_path / "one", Plan(species=2, most=3, least=1, valid=2, test=2, no_birds=0, side=32))
    found = CliRunner().invoke(app, ["hold-out", str(tmp_path / "one"), str(tmp_path / "new")])
    assert found.exit_code == 2
    assert "single photo" in found.output


def test_at_most_so_many_of_a_species_are_held_out(data: DataSet, tmp_path: Path) -> None:
    hold_out(data, tmp_path / "new", share=0.5, seed=0, most=1)
    assert len(held(tmp_path / "new")) == len(data.species)


def test_splits_are_learned_from_together_and_stay_beside(data: DataSet, tmp_path: Path) -> None:
    others = tmp_path / "others"
    others.mkdir()
    (others / "tree.jpg").write_bytes(data.examples[0].path.read_bytes())
    command = ["pool", str(data.folder), str(tmp_path / "both"), "--from", "train", "--from", "valid"]
    assert CliRunner().invoke(app, [*command]).exit_code == 0
    both = read_data_set(tmp_path / "both")
    learned = {one.path.resolve() for one in both.of("train")}
    assert learned == {one.path for one in (*data.of("train"), *data.of("valid"))}
    assert len(both.of("valid")) == len(data.of("valid"))
    assert len(both.of("test")) == len(data.of("test"))
    with pytest.raises(DataSetError, match="not empty"):
        pool(data, tmp_path / "both", ["train"])


def test_what_is_no_bird_is_half_learned_from_and_half_measured_with(data: DataSet) -> None:
    folder = data.folder.parent / "more"
    make_field_guide(folder, Plan(species=2, most=2, least=2, valid=1, test=1, no_birds=40, side=32))
    more = read_data_set(folder)
    learned, measured = set(more.no_birds_learned), set(more.no_birds_measured)
    assert learned | measured == set(more.no_birds)
    assert learned.isdisjoint(measured)
    assert 8 <= len(learned) <= 32
    for path in learned:  # whatever else leaves the folder, these stay learned from
        assert path in read_data_set(folder).no_birds_learned
    (folder / "notbird").joinpath(next(iter(measured)).name).unlink()
    assert set(read_data_set(folder).no_birds_learned) == learned
