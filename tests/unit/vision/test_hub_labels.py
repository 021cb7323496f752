import pytest

from shared.vision.bundle import ModelClass
from shared.vision.sources.hub_labels import model_classes


def one(name: str, description: str = "") -> ModelClass:
    """Beside birds by their names, as most models have them."""
    return model_classes([name, "Blue Jay", "Mallard"], {name: description} if description else {})[0]


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("04487_Animalia_Chordata_Aves_Passeriformes_Corvidae_Corvus_corax", ""),
        ("04487_Animalia_Chordata_Aves_Passeriformes_Corvidae_Corvus_corax_tibetanus", ""),
        ("0a1b;aves;passeriformes;corvidae;corvus;corax;northern raven", ""),
        ("animalia;chordata;aves;passeriformes;corvidae;corvus;corvus corax", ""),
        ("animalia/chordata/aves/passeriformes/corvidae/corvus/corax", ""),
        ("4487", "Animalia Chordata Aves Passeriformes Corvidae Corvus corax"),
        ("Corvus corax", ""),
        ("corvus_corax", ""),
        ("001.Northern_Raven", ""),
        ("Northern Raven (Corvus corax)", ""),
        ("Corvus corax (Raven)", ""),
        ("Corvus corax, Raven", ""),
        ("17", "Corvus corax"),
    ],
)
def test_a_bird_by_its_name_or_its_path(name: str, description: str) -> None:
    found = one(name, description)
    assert (found.scientific_name, found.ebird_code, found.is_bird) == ("Corvus corax", "comrav", True)
    assert found.species.endswith("Raven")


@pytest.mark.parametrize(
    ("name", "species"),
    [
        ("00012_Animalia_Chordata_Mammalia_Carnivora_Felidae_Puma_concolor", "Puma Concolor"),
        ("0a1b;mammalia;carnivora;felidae;puma;concolor;puma", "Puma"),
        ("0a1b;;;;;;blank", "Blank"),
        ("background", "Background"),
        ("puma", "Puma"),  # the banding code of the Purple Martin
        ("tape", "Tape"),  # the Tahiti Petrel's
        ("spatula", "Spatula"),  # a genus of ducks, in lower case
        ("", "Class 0"),
        ("_", "Class 0"),
        ("x" * 300, "X" + "x" * 199),
    ],
)
def test_what_is_no_bird(name: str, species: str) -> None:
    assert one(name) == ModelClass(species=species, is_bird=False)


def test_a_group_of_birds_is_called_as_its_label_calls_it() -> None:
    found = one("0a1b;aves;passeriformes;corvidae;;;corvidae family")
    assert (found.species, found.scientific_name, found.is_bird) == ("Corvidae Family", "Corvidae", True)
    assert one("0a1b;aves;;;;;bird").species == "Bird"


def test_a_bird_that_the_world_list_does_not_have_is_one_by_its_path() -> None:
    found = one("1_Animalia_Chordata_Aves_Rallidae_Rallidae_Nosuchia_incognita")
    assert (found.species, found.scientific_name) == ("Nosuchia Incognita", "Nosuchia incognita")


def test_codes_count_where_most_labels_are_some() -> None:
    coded = model_classes(["norcar", "blujay", "puma", "background"], {})
    assert [one.species for one in coded] == ["Northern Cardinal", "Blue Jay", "Purple Martin", "Background"]
    assert [one.is_bird for one in coded] == [True, True, True, False]
    mixed = model_classes(["Blue Jay", "Mallard", "puma", "Purple Martin"], {})
    assert [one.is_bird for one in mixed] == [True, True, False, True]


def test_synsets_are_read_as_imagenets_are() -> None:
    eagle, dog = model_classes(["n01614925", "n02084071"], {"n02084071": "dog, domestic dog"})
    assert (eagle.species, eagle.is_bird) == ("Bald Eagle", True)
    assert (dog.species, dog.is_bird) == ("Dog", False)
