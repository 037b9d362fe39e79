"""The rules of orders, products and stock, without any input or output."""
