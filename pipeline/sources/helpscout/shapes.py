"""What Help Scout's records hold, and what is wrong with those that cannot be used."""

from __future__ import annotations

_PERSON = '{"id":"VARCHAR","type":"VARCHAR","first":"VARCHAR","last":"VARCHAR","email":"VARCHAR"}'
_THREAD = (
    '{"id":"VARCHAR","conversationId":"VARCHAR","conversation_id":"VARCHAR","type":"VARCHAR","status":"VARCHAR",'
    '"state":"VARCHAR","action":{"type":"VARCHAR"},"body":"VARCHAR","createdAt":"VARCHAR","created_at":"VARCHAR",'
    f'"createdBy":{_PERSON},"created_by":{_PERSON},"assignedTo":{_PERSON},"assigned_to":{_PERSON},'
    f'"customer":{_PERSON},"rating":{{"rating":"VARCHAR"}}}}'
)
_WAITING = '{"time":"VARCHAR"}'
# `threads` is how many there are.
_CONVERSATION = (
    '{"id":"VARCHAR","number":"VARCHAR","threads":"VARCHAR","type":"VARCHAR","status":"VARCHAR","state":"VARCHAR",'
    '"subject":"VARCHAR","mailboxId":"VARCHAR","mailbox_id":"VARCHAR","createdAt":"VARCHAR","created_at":"VARCHAR",'
    '"updated_at":"VARCHAR","closedAt":"VARCHAR","closed_at":"VARCHAR","userUpdatedAt":"VARCHAR",'
    f'"user_updated_at":"VARCHAR","customerWaitingSince":{_WAITING},"customer_waiting_since":{_WAITING},'
    f'"assignee":{_PERSON},"createdBy":{_PERSON},"created_by":{_PERSON},"primaryCustomer":{_PERSON},'
    f'"primary_customer":{_PERSON},"_embedded":{{"threads":[{_THREAD}]}}}}'
)
_NAMES = '"id":"VARCHAR","firstName":"VARCHAR","lastName":"VARCHAR","first_name":"VARCHAR","last_name":"VARCHAR"'
_USER = f'{{{_NAMES},"email":"VARCHAR"}}'
_CUSTOMER = f'{{{_NAMES},"_embedded":{{"emails":[{{"value":"VARCHAR"}}]}},"emails":[{{"value":"VARCHAR"}}]}}'
_RATING = (
    '{"conversation_id":"VARCHAR","thread_id":"VARCHAR","thread_created_at":"VARCHAR","rating_id":"VARCHAR",'
    '"rating_customer_id":"VARCHAR","rating_created_at":"VARCHAR"}'
)
SHAPES = {
    "conversations": _CONVERSATION,
    "stream_conversations": _CONVERSATION,
    "threads": _THREAD,
    "conversation_threads": _THREAD,
    "happiness_ratings_report": _RATING,
    "users": _USER,
    "stream_users": _USER,
    "customers": _CUSTOMER,
    "stream_customers": _CUSTOMER,
}

_OBJECT = "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN present({}) IS NULL THEN 'no_id' END"
_UNSENT = "lower(state) IN ('draft', 'review', 'underreview')"
_CONVERSATION_PROBLEM = (
    f"coalesce({_OBJECT.format('id')}, CASE WHEN coalesce(moment(createdAt), moment(created_at), "
    "moment(userUpdatedAt), moment(user_updated_at)) IS NULL THEN 'no_time' "
    f"WHEN {_UNSENT} THEN 'draft' END)"
)
_THREAD_PROBLEM = (
    f"coalesce({_OBJECT.format('id')}, "
    "CASE WHEN present(coalesce(conversationId, conversation_id)) IS NULL THEN 'no_ticket' "
    "WHEN moment(coalesce(createdAt, created_at)) IS NULL THEN 'no_time' "
    f"WHEN {_UNSENT} THEN 'draft' END)"
)
PROBLEMS = {
    "conversations": _CONVERSATION_PROBLEM,
    "stream_conversations": _CONVERSATION_PROBLEM,
    "threads": _THREAD_PROBLEM,
    "conversation_threads": _THREAD_PROBLEM,
    "happiness_ratings_report": (
        "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN present(conversation_id) IS NULL THEN 'no_ticket' "
        "WHEN coalesce(moment(thread_created_at), moment(rating_created_at)) IS NULL THEN 'no_time' END"
    ),
    "users": _OBJECT.format("id"),
    "stream_users": _OBJECT.format("id"),
    "customers": _OBJECT.format("id"),
    "stream_customers": _OBJECT.format("id"),
}
