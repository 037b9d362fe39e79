"""A confirmation that could not be sent is sent later, and the order does not wait for it."""


async def test_an_order_completes_while_its_confirmation_waits_for_the_mailbox(stage):
    shop = await stage()
    shop.strike("mail", hours=5)
    await shop.place()
    await shop.pass_time(seconds=20)
    assert await shop.runtime() == "Completed"
    assert (await shop.events())[-2:] == ["ConfirmationParked", "OrderCompleted"]
    await shop.pass_time(hours=4)
    assert await shop.runtime("order-1:confirmation") == "Running"
    await shop.pass_time(hours=5)
    assert await shop.runtime("order-1:confirmation") == "Completed"
    assert (await shop.events())[-1] == "ConfirmationSent"
    assert (await shop.order()).status == "completed"
    assert "order-1:mail:confirmation" in shop.ledger.entries


async def test_pauses_between_late_attempts_grow_to_four_hours(stage):
    shop = await stage()
    shop.strike("mail", days=2)
    await shop.place()
    await shop.pass_time(days=1)
    assert 11 <= shop.calls.count("SendLateConfirmation") <= 13


async def test_after_a_week_the_mailbox_is_given_up_and_the_order_stays_completed(
    stage,
):
    shop = await stage()
    shop.strike("mail", days=100)
    await shop.place()
    await shop.pass_time(days=8)
    instance = await shop.scene.instance("order-1:confirmation")
    assert instance.status.name == "Failed"
    assert "ConfirmationUndeliverable: order-1" in instance.output
    assert (await shop.order()).status == "completed"


async def test_the_late_process_is_started_once_however_often_it_is_asked_for(stage):
    shop = await stage()
    shop.strike("mail", hours=1)
    await shop.place()
    await shop.pass_time(seconds=20)
    first = await shop.scene.instance("order-1:confirmation")
    step = {"orderId": "order-1", "correlationId": "cid"}
    await shop._activities()["StartLateConfirmation"](step)
    again = await shop.scene.instance("order-1:confirmation")
    assert again.execution_id == first.execution_id
