"""The messages that tell of a blob, and those that tell of nothing."""

import base64
import json

import pytest

from shared.application.uploads.events import BadEvent, ForeignEvent, Seen, seen_in
from shared.plain import Json

ENDPOINT = "https://shop.blob.core.windows.net"
CREATED = "Microsoft.Storage.BlobCreated"


def subject(blob: str, container: str = "uploads") -> str:
    return f"/blobServices/default/containers/{container}/blobs/{blob}"


def cloud_event(blob: str = "a/b.jpg", **more: object) -> Json:
    return {
        "specversion": "1.0",
        "id": "0001",
        "source": "/subscriptions/s/providers/Microsoft.Storage/storageAccounts/shop",
        "type": CREATED,
        "time": "2026-11-23T09:00:00Z",
        "subject": subject(blob),
        "data": {"api": "PutBlob", "eTag": "0x8D", "url": f"{ENDPOINT}/uploads/{blob}"},
        **more,
    }


def grid_event(blob: str = "a/b.jpg", **more: object) -> Json:
    return {
        "topic": "/subscriptions/s/providers/Microsoft.Storage/storageAccounts/shop",
        "id": "0001",
        "eventType": CREATED,
        "subject": subject(blob),
        "eventTime": "2026-11-23T09:00:00Z",
        "data": {"api": "PutBlob", "eTag": "0x8D", "url": f"{ENDPOINT}/uploads/{blob}"},
        "dataVersion": "",
        "metadataVersion": "1",
        **more,
    }


TRIGGER = {
    "Type": "BlobTrigger",
    "FunctionId": "Host.Functions.UploadBlob",
    "BlobType": "BlockBlob",
    "ContainerName": "uploads",
    "BlobName": "a/b.jpg",
    "ETag": '"0x8D"',
}


@pytest.mark.parametrize("message", [cloud_event(), grid_event(), TRIGGER])
@pytest.mark.parametrize("is_base64", [False, True])
@pytest.mark.parametrize("is_listed", [False, True])
def test_every_way_to_tell_of_a_blob_is_understood(message, is_base64, is_listed):
    text = json.dumps([message] if is_listed else message)
    text = base64.b64encode(text.encode()).decode() if is_base64 else text
    assert seen_in(text, ENDPOINT) == [Seen("a/b.jpg", "0x8D")]


def test_several_events_in_one_message_are_several():
    text = json.dumps([cloud_event("a.jpg"), grid_event("b.jpg"), cloud_event("a.jpg")])
    assert [seen.blob for seen in seen_in(text)] == ["a.jpg", "b.jpg", "a.jpg"]


@pytest.mark.parametrize(
    ("blob", "path"),
    [
        ("Größe 1.jpg", "Gr%C3%B6%C3%9Fe%201.jpg"),
        ("Größe 1.jpg", "Größe 1.jpg"),
        ("50%25.jpg", "50%25.jpg"),
        ("a?b#c.jpg", "a?b#c.jpg"),
        ("a/blobs/b.jpg", "a/blobs/b.jpg"),
        ("..a/.b/c../...", "..a/.b/c../..."),
    ],
)
def test_a_name_is_taken_as_the_subject_has_it(blob, path):
    data = {"url": f"{ENDPOINT}/uploads/{path}"}
    assert seen_in(json.dumps(cloud_event(blob, data=data)), ENDPOINT) == [Seen(blob)]


@pytest.mark.parametrize(
    "url",
    [f"{ENDPOINT}/uploads/a%20b.jpg", "http://127.0.0.1:10000/devstoreaccount1/uploads/a%20b.jpg"],
)
def test_without_a_subject_the_url_will_do(url):
    event = cloud_event(data={"url": url})
    del event["subject"]
    assert seen_in(json.dumps(event)) == [Seen("a b.jpg")]


@pytest.mark.parametrize(
    "event",
    [
        cloud_event(type="Microsoft.Storage.BlobDeleted"),
        grid_event(eventType="Microsoft.EventGrid.SubscriptionValidationEvent"),
        cloud_event(
            subject=subject("thumbnails/a.jpg", "processed"),
            data={"url": f"{ENDPOINT}/processed/thumbnails/a.jpg"},
        ),
        TRIGGER | {"ContainerName": "processed"},
    ],
)
def test_what_is_no_new_upload_is_left_out(event):
    assert seen_in(json.dumps(event), ENDPOINT) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "junk",
        "null",
        "[]",
        "{}",
        "[1, 2]",
        '"text"',
        "bm8ganNvbg==",
        '{"type": "x"}',
        json.dumps(cloud_event(data=None)),
        json.dumps(cloud_event(data={"url": 7})),
        json.dumps(cloud_event(data={}, subject=None)),
        json.dumps(cloud_event(subject=subject(""), data={})),
        json.dumps(cloud_event(subject=subject("other.jpg"))),
        json.dumps(cloud_event(subject=subject("a/b.jpg", "processed"))),
        json.dumps(cloud_event(type=7)),
        json.dumps(TRIGGER | {"BlobName": ""}),
        json.dumps([cloud_event(), 7]),
        json.dumps(cloud_event("half a pair \ud800")),
    ],
)
def test_what_tells_of_nothing_is_bad(text):
    with pytest.raises(BadEvent) as caught:
        seen_in(text)
    assert caught.value.code == "unreadable_message"


@pytest.mark.parametrize(
    "blob",
    [
        "..",
        "../exports/orders/job-1.csv",
        "a/../../b.jpg",
        "./b.jpg",
        "a/.",
        "a\\..\\b.jpg",
        "two\nlines.jpg",
        "nul\0.jpg",
        "x" * 1025,
    ],
)
def test_a_name_that_leads_elsewhere_or_nowhere_is_bad_however_it_is_told(blob):
    escaped = "".join(f"%{each:02X}" for each in blob.encode())
    by_url = cloud_event(data={"url": f"{ENDPOINT}/uploads/{escaped}"})
    del by_url["subject"]
    by_subject = cloud_event(subject=subject(blob), data={})
    for event in (by_url, by_subject, TRIGGER | {"BlobName": blob}):
        with pytest.raises(BadEvent):
            seen_in(json.dumps(event))


@pytest.mark.parametrize(
    "url", ["https://other.blob.core.windows.net/uploads/a/b.jpg", "https://shop/uploads/a/b.jpg"]
)
def test_an_event_of_another_account_is_foreign_in_the_cloud_only(url):
    text = json.dumps(cloud_event(data={"url": url}))
    with pytest.raises(ForeignEvent):
        seen_in(text, ENDPOINT)
    assert seen_in(text) == [Seen("a/b.jpg")]


def test_an_event_without_a_url_cannot_be_ours_in_the_cloud():
    with pytest.raises(ForeignEvent):
        seen_in(json.dumps(cloud_event(data={})), ENDPOINT)
