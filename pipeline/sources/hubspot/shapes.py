"""What HubSpot's records hold, and what is wrong with those that cannot be used."""

from __future__ import annotations

_SOMEBODY = '{"actorId":"VARCHAR","name":"VARCHAR","deliveryIdentifier":{"type":"VARCHAR","value":"VARCHAR"}}'
MESSAGE = (
    '{"id":"VARCHAR","conversationsThreadId":"VARCHAR","type":"VARCHAR","createdAt":"VARCHAR","createdBy":"VARCHAR",'
    f'"senders":[{_SOMEBODY}],"recipients":[{_SOMEBODY}],"archived":"BOOLEAN","text":"VARCHAR","richText":"VARCHAR",'
    '"subject":"VARCHAR","truncationStatus":"VARCHAR","direction":"VARCHAR","newStatus":"VARCHAR",'
    '"toInboxId":"VARCHAR"}'
)
# `messages` is the page of messages, or the list in it, that whoever saved the thread put beside it.
_THREAD = (
    '{"id":"VARCHAR","associatedContactId":"VARCHAR","createdAt":"VARCHAR","closedAt":"VARCHAR","status":"VARCHAR",'
    '"inboxId":"VARCHAR","originalChannelId":"VARCHAR","assignedTo":"VARCHAR","spam":"BOOLEAN","archived":"BOOLEAN",'
    '"latestMessageTimestamp":"VARCHAR","latestMessageSentTimestamp":"VARCHAR",'
    '"latestMessageReceivedTimestamp":"VARCHAR","messages":"JSON"}'
)
SHAPES = {
    "threads": _THREAD,
    "messages": MESSAGE,
    "actors": '{"id":"VARCHAR","name":"VARCHAR","email":"VARCHAR"}',
    "contacts": '{"id":"VARCHAR","properties":{"email":"VARCHAR","firstname":"VARCHAR","lastname":"VARCHAR",'
    '"associatedcompanyid":"VARCHAR"}}',
    "companies": '{"id":"VARCHAR","properties":{"name":"VARCHAR","domain":"VARCHAR"}}',
}

_NO_ID = "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN present(id) IS NULL THEN 'no_id' END"
PROBLEMS = {
    "threads": (
        f"coalesce({_NO_ID}, CASE WHEN coalesce(moment(createdAt), moment(latestMessageTimestamp), moment(closedAt)) "
        "IS NULL THEN 'no_time' END)"
    ),
    "messages": (
        f"coalesce({_NO_ID}, CASE WHEN present(conversationsThreadId) IS NULL THEN 'no_ticket' "
        "WHEN moment(createdAt) IS NULL THEN 'no_time' END)"
    ),
    "actors": _NO_ID,
    "contacts": _NO_ID,
    "companies": _NO_ID,
}
