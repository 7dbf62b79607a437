"""What is shipped has no finding, in any language."""

import pytest

from bot.authoring.check import check
from bot.authoring.load import load_catalogues, load_flows, load_protocols
from bot.authoring.price import price
from bot.authoring.spoken import all_spoken
from bot.data_files import directory
from bot.language import Intent, intent, recognise

FLOWS, CATALOGUES = load_flows(directory("flows")), load_catalogues(directory("locales"))


def test_no_finding() -> None:
    findings = check(FLOWS, CATALOGUES, recognise, load_protocols(directory("flows")))
    assert [str(finding) for finding in findings] == []


def test_every_language_is_there() -> None:
    assert set(CATALOGUES) == {"en", "sq", "ar", "uk"}
    assert len(list(all_spoken(FLOWS))) > 50


def test_a_check_in_takes_few_messages() -> None:
    for language, segments in price(FLOWS, CATALOGUES)["checkin"].items():
        assert 8 <= segments <= 12, language


CONSENT = "May I write to you now and then to ask how you are? You can stop at any time by writing STOP."
KEEP_IN_MIND = "Anything I should keep in mind? A few words, or skip."


@pytest.mark.parametrize(
    ("msgid", "wish", "words"),
    [
        (CONSENT, Intent.STOP, {"en": "STOP", "sq": "NDAL", "ar": "توقف", "uk": "СТОП"}),
        (KEEP_IN_MIND, Intent.SKIP, {"en": "skip", "sq": "kalo", "ar": "تخطي", "uk": "пропустити"}),
    ],
)
def test_the_words_that_texts_offer_are_understood(msgid: str, wish: Intent, words: dict[str, str]) -> None:
    for language, word in words.items():
        text = CATALOGUES[language].text(msgid)
        assert word in text
        assert "STOP" in text or wish is not Intent.STOP
        assert intent(word) is wish


def test_texts_for_morocco_have_no_marks_of_reading() -> None:
    said = {text.msgid for each in all_spoken(FLOWS) for text in (each.text, *each.choices)}
    entries = CATALOGUES["ar"].entries
    marked = set("ًٌٍَُِّْـ")
    assert not [
        forms for (_, msgid), forms in entries.items() if msgid in said and marked & set("".join(forms))
    ]
