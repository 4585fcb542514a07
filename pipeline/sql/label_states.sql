-- label_states: one row an example and signal that has a label. Reads labels, examples, questions.
-- Of each role the latest decision counts. An adjudicator's settles it; else readers must agree; owners and rules speak only where nobody read.
WITH current AS (
    SELECT * FROM labels QUALIFY row_number() OVER (PARTITION BY example_id, signal, decided_by, origin ORDER BY read_order DESC) = 1
), weighed AS (
    SELECT *, CASE WHEN decided_by = 'adjudicator' THEN 1 WHEN origin IN ('hand', 'review') THEN 2 WHEN origin = 'feedback' THEN 3 ELSE 4 END AS rank
    FROM current
), best AS (
    SELECT * FROM weighed QUALIFY rank = min(rank) OVER (PARTITION BY example_id, signal)
)
SELECT example_id, b.signal, max(b.decision) AS decision,
    count(DISTINCT b.decision) > 1 AS is_disputed,
    arg_max(b.origin, b.read_order) AS origin, arg_max(b.decided_by, b.read_order) AS decided_by,
    arg_max(b.evidence_turn, b.read_order) FILTER (b.decision) AS evidence_turn,
    max(b.decided_on) AS decided_on, coalesce(any_value(q.why) = 'random', false) AS is_random, any_value(q.inclusion) AS inclusion,
    any_value(e.account_id) AS account_id, any_value(e.source) AS source, any_value(e.said_on) AS said_on, any_value(e.turns) AS turns
FROM best b JOIN examples e USING (example_id) LEFT JOIN questions q USING (example_id, signal)
GROUP BY ALL
ORDER BY example_id, b.signal
