from bot.risk import Category
from bot.risk.palermo import palermo


def test_categories_in_the_terms_of_the_protocol() -> None:
    found = palermo([Category.CAPTIVITY, Category.EXPLOITATION, Category.VIOLENCE])
    assert found == {
        "act": ("harbouring",),
        "means": ("coercion", "use of force"),
        "purpose": ("exploitation",),
    }


def test_violence_at_home_is_not_trafficking() -> None:
    assert palermo([Category.VIOLENCE, Category.HEALTH]) == {}
    assert palermo([]) == {}
