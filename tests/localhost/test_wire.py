"""Answers of a storage service: accepted, refused, or no answer at all."""

import pytest

from localhost.wire import Answer, Refused, Unreachable


def test_a_refusal_carries_the_services_own_word():
    answer = Answer(409, {"x-ms-error-code": "QueueBeingDeleted"}, b"later")
    with pytest.raises(Refused, match="409 QueueBeingDeleted: later") as refused:
        answer.accepted()
    assert (refused.value.status, refused.value.code) == (409, "QueueBeingDeleted")


def test_an_answer_that_is_not_xml_is_no_answer():
    assert Answer(200, {}, b"<a/>").xml().tag == "a"
    with pytest.raises(Unreachable, match="no XML"):
        Answer(200, {}, b"<html>sign in").xml()
