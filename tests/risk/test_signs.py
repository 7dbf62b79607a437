"""Every sign of the pattern files finds and leaves what its own examples say, and errors name the mend."""

from __future__ import annotations

import pytest

from bot.risk.normalise import fold
from bot.risk.pattern_file import Entry, PatternError, PatternFile, parse, pattern_files
from bot.risk.patterns import compile_file, find
from bot.risk.readings import readings

ENTRIES = [(file.language, entry) for file in pattern_files() for entry in file.patterns]
STRONGEST = {
    "bare_help", "strangled", "weapon", "threat_kill", "found", "locked", "papers", "forced", "suicide",
    "dying_now", "child_hurt", "hurt_now", "hits", "control", "left_him",
    "followed", "hopeless", "no_roof_food",
}  # fmt: skip


def _found(text: str, language: str) -> set[str]:
    return {hit.name for hit in find(readings(fold(text), language)) if not hit.cancelled}


def _entry_id(value: object) -> str:
    return value.id if isinstance(value, Entry) else str(value)


@pytest.mark.parametrize(("language", "entry"), ENTRIES, ids=_entry_id)
def test_a_sign_keeps_its_own_examples(language: str, entry: Entry) -> None:
    name = f"{language}.{entry.id}"
    missed = [text for text in entry.examples.yes if name not in _found(text, language)]
    wrong = [text for text in entry.examples.no if name in _found(text, language)]
    assert (missed, wrong) == ([], [])


def test_the_strongest_signs_stand_in_every_language() -> None:
    for file in pattern_files():
        assert {entry.id for entry in file.patterns} >= STRONGEST, file.language


def test_arabizi_and_translit_meet_the_same_signs() -> None:
    assert "ar.strangled" in _found("khna9ni", "ar") & _found("خنقني", "ar")
    assert "uk.strangled" in _found("vin mene dushyv", "uk") & _found("він мене душив", "uk")


def test_a_sign_is_taken_back_only_in_its_own_sentence() -> None:
    assert "sq.strangled" not in _found("ne film e zuri dhe me zuri per fyti", "sq")
    assert "sq.strangled" in _found("pashe nje film. me zuri per fyti", "sq")


def _content(**change: object) -> dict[str, object]:
    entry: dict[str, object] = {
        "id": "held",
        "level": "critical",
        "categories": ["captivity"],
        "any": ["{he} held me"],
        "examples": {"yes": ["he held me"]},
    }
    return {
        "language": "en",
        "groups": {"he": ["he"]},
        "cancels": {"story": ["film"]},
        "patterns": [{**entry, **change}],
    }


def _compile(content: dict[str, object]) -> PatternFile:
    file = parse("en.yaml", content)
    compile_file(file)
    return file


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": "grave"}, "en.yaml: held.level"),
        ({"categories": []}, "en.yaml: held.categories"),
        ({"unless": ["nowhere"]}, "en.yaml: held: unless names nowhere"),
        ({"any": ["{she} held me"]}, "en.yaml: held: there is no group she"),
        ({"any": ["~3"]}, "en.yaml: held: '~3' holds no word"),
        ({"any": ["… me"]}, "en.yaml: held: nothing is left of '…'"),
        ({"colour": "red"}, "en.yaml: held.colour"),
    ],
)
def test_a_wrong_entry_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(PatternError) as error:
        _compile(_content(**change))
    assert str(error.value).startswith(said)


def test_an_id_used_twice_is_named() -> None:
    content = _content()
    content["patterns"] = [*_content()["patterns"], *_content()["patterns"]]  # type: ignore[misc]
    with pytest.raises(PatternError, match="held: the id is used twice"):
        parse("en.yaml", content)


def test_a_skeleton_of_few_consonants_is_refused() -> None:
    content = {**_content(any=["mat*"], unless=[]), "language": "ar", "cancels": {}}
    with pytest.raises(PatternError, match="few consonants"):
        compile_file(parse("ar.yaml", content))
