"""A product is defined once and changed when something about it changes."""

from shared.domain.money import Money
from shared.domain.product import DefineProduct, Product, ProductChanged, ProductDefined
from tests.given import A_PRODUCT

PRICE = Money(1200, "EUR")
DEFINED = ProductDefined("MUG", "Mug", PRICE)


def test_a_new_product_is_defined():
    A_PRODUCT.when(DefineProduct("MUG", "Mug", PRICE)).then(DEFINED)


def test_the_same_definition_again_decides_nothing():
    A_PRODUCT.given(DEFINED).when(DefineProduct("MUG", "Mug", PRICE)).decides_nothing()


def test_a_new_price_changes_the_product():
    dearer = Money(1300, "EUR")
    changed = ProductChanged("Mug", dearer)
    A_PRODUCT.given(DEFINED).when(DefineProduct("MUG", "Mug", dearer)).then(changed)
    assert A_PRODUCT.given(DEFINED, changed).state == Product("MUG", "Mug", dearer)
