"""What Freshdesk's records hold, and what is wrong with those that cannot be used."""

from __future__ import annotations

_PERSON = '{"id":"VARCHAR","name":"VARCHAR","email":"VARCHAR"}'
_TIMES = (
    '{"status_updated_at":"VARCHAR","resolved_at":"VARCHAR","closed_at":"VARCHAR","reopened_at":"VARCHAR",'
    '"pending_since":"VARCHAR"}'
)
_CONVERSATION = (
    '"id":"VARCHAR","ticket_id":"VARCHAR","user_id":"VARCHAR","incoming":"BOOLEAN","private":"BOOLEAN",'
    '"created_at":"VARCHAR","body":"VARCHAR","body_text":"VARCHAR","deleted":"BOOLEAN"'
)
_NOTE = (
    '"id":"VARCHAR","user_id":"VARCHAR","incoming":"BOOLEAN","private":"BOOLEAN","created_at":"VARCHAR",'
    '"body":"VARCHAR","body_html":"VARCHAR","deleted":"BOOLEAN"'
)
_COMMON = (
    '"subject":"VARCHAR","description":"VARCHAR","status":"VARCHAR","priority":"VARCHAR","source":"VARCHAR",'
    '"requester_id":"VARCHAR","responder_id":"VARCHAR","company_id":"VARCHAR","group_id":"VARCHAR",'
    '"created_at":"VARCHAR","updated_at":"VARCHAR","due_by":"VARCHAR","fr_escalated":"BOOLEAN",'
    f'"spam":"BOOLEAN","deleted":"BOOLEAN","requester":{_PERSON}'
)
_TICKET = (
    f'{{"id":"VARCHAR",{_COMMON},"description_text":"VARCHAR","fr_due_by":"VARCHAR","is_escalated":"BOOLEAN",'
    f'"stats":{_TIMES},"conversations":[{{{_CONVERSATION}}}],"all_conversations":[{{{_CONVERSATION}}}]}}'
)
_EXPORTED_TICKET = (
    f'{{"helpdesk_ticket":{{"display_id":"VARCHAR",{_COMMON},"description_html":"VARCHAR","frDueBy":"VARCHAR",'
    f'"fr_due_by":"VARCHAR","isescalated":"BOOLEAN","ticket_states":{_TIMES},"notes":[{{{_NOTE},"note":{{{_NOTE}}}}}],'
    '"reports_data":{"reopened_count":"INTEGER","group_reassigned_count":"INTEGER"}}}'
)
_RATING = (
    '{"id":"VARCHAR","ticket_id":"VARCHAR","user_id":"VARCHAR","created_at":"VARCHAR","updated_at":"VARCHAR",'
    '"ratings":"JSON"}'
)
SHAPES = {
    "tickets": _TICKET,
    "conversations": f"{{{_CONVERSATION}}}",
    "satisfaction_ratings": _RATING,
    "contacts": '{"id":"VARCHAR","name":"VARCHAR","email":"VARCHAR","company_id":"VARCHAR"}',
    "agents": '{"id":"VARCHAR","contact":{"name":"VARCHAR","email":"VARCHAR"}}',
    "companies": '{"id":"VARCHAR","name":"VARCHAR","domains":["VARCHAR"]}',
    "exported_tickets": _EXPORTED_TICKET,
    "exported_users": '{"user":{"id":"VARCHAR","name":"VARCHAR","email":"VARCHAR","company_id":"VARCHAR",'
    '"customer_id":"VARCHAR","helpdesk_agent":"BOOLEAN"}}',
    "exported_companies": '{"company":{"id":"VARCHAR","name":"VARCHAR","company_domains":[{"domain":"VARCHAR"}]}}',
}

_OBJECT = "CASE WHEN type <> 'OBJECT' THEN 'not_an_object' WHEN present({}) IS NULL THEN 'no_id' END"
_UNTIMED = "CASE WHEN coalesce(moment({0}updated_at), moment({0}created_at)) IS NULL THEN 'no_time' END"
_TICKET_PROBLEM = f"coalesce({_OBJECT.format('{0}{1}')}, {_UNTIMED})"
_PART_PROBLEM = (
    f"coalesce({_OBJECT.format('id')}, CASE WHEN present(ticket_id) IS NULL THEN 'no_ticket' "
    "WHEN moment(created_at) IS NULL THEN 'no_time' END)"
)
PROBLEMS = {
    "tickets": _TICKET_PROBLEM.format("", "id"),
    "exported_tickets": _TICKET_PROBLEM.format("helpdesk_ticket.", "display_id"),
    "conversations": _PART_PROBLEM,
    "satisfaction_ratings": _PART_PROBLEM,
    "contacts": _OBJECT.format("id"),
    "agents": _OBJECT.format("id"),
    "companies": _OBJECT.format("id"),
    "exported_users": _OBJECT.format('"user".id'),
    "exported_companies": _OBJECT.format("company.id"),
}
