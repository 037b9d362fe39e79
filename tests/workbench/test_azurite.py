"""The emulator that the session shares."""

from azure.data.tables import TableServiceClient


def test_the_session_s_emulator_keeps_a_row(azurite):
    with TableServiceClient.from_connection_string(azurite) as service:
        table = service.create_table("workbench")
        table.create_entity({"PartitionKey": "p", "RowKey": "r", "n": 1})
        assert table.get_entity("p", "r")["n"] == 1
