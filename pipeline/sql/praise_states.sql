-- praise_states: one row a piece of praise beside which somebody typed, as it stands. Reads praise_outcomes.
SELECT source, ticket_id, signal, arg_max_null(passed_on, read_order) AS passed_on
FROM praise_outcomes GROUP BY source, ticket_id, signal
ORDER BY source, ticket_id, signal
