"""The banner: what runs, where it is and what to type next."""

import json

from workbench.demo import PRODUCTS
from workbench.terminal import paint

SKU, QUANTITY = "MUG-BLUE", 2
ORDER = {
    "customerId": "ada",
    "lines": [{"sku": SKU, "quantity": QUANTITY}],
    "paymentMethod": "pm_card_ok",
    "shippingAddress": {
        "name": "Ada Lovelace",
        "line1": "12 St James Square",
        "city": "London",
        "postalCode": "SW1Y 4JH",
        "country": "GB",
    },
}


def render(port: int, *, data: str, seconds: float) -> str:
    """The banner for an app on `port` whose state lies in `data`, ready after `seconds`."""
    here = f"localhost:{port}"
    order = f"{here}/api/orders"
    facts = (
        ("API", f"http://{here}/api"),
        ("Health", f"http://{here}/api/health"),
        ("Workflows", f"http://{here}/runtime/webhooks/durabletask/instances"),
        ("Data", data),
    )
    post = "-H 'content-type: application/json' -d"
    trials = (
        ("Place an order", f"curl -s {order} {post} '{json.dumps(ORDER, separators=(',', ':'))}'"),
        ("Watch it (with the orderId of the answer)", f"curl -s {order}/ORDER_ID"),
        ("Read what happened, event by event", f"curl -s {order}/ORDER_ID/events"),
        (
            "Change your mind",
            f'curl -s {order}/ORDER_ID/cancel {post} \'{{"reason":"changed my mind"}}\'',
        ),
        ("See the products", f"curl -s {here}/api/products"),
    )
    lines = ["", paint(f"Durable Orders is ready ({seconds:.1f} s)", "green"), ""]
    lines += [f"  {name:<11}{value}" for name, value in facts]
    for title, command in trials:
        lines += ["", paint(f"  {title}:", "cyan"), f"    {command}"]
    skus = ", ".join(product.sku for product in PRODUCTS)
    lines += ["", f"  Demo products: {skus}. More requests: test.http", ""]
    return "\n".join([*lines, paint("Ctrl-C stops everything; the data stays.", "bold"), ""])
