-- lead_evidence: one row a prospect and the lead it belongs to tonight; of a lead the latest evidence comes last.
-- Reads prospects, lead_history. Variables: as_of, cool_down_days. What people closed opens again, under a new id, only by evidence newer than
-- the night that they had before them when they closed it;
-- a pitch rests for cool_down_days before, unless what they say is of another kind (signal or sub-type);
-- what expired by any living evidence, such as an export that came late.
WITH latest AS (
    SELECT * FROM lead_history
    QUALIFY row_number() OVER (PARTITION BY account_id, motion, product ORDER BY sequence DESC) = 1
), kept AS (
    SELECT p.*, CASE WHEN l.lead_id IS NULL THEN 1 WHEN l.closed_on IS NULL THEN l.sequence ELSE l.sequence + 1 END AS sequence,
        CASE WHEN l.closed_on IS NULL THEN l.lead_id END AS living_id
    FROM prospects p
    LEFT JOIN latest l ON l.account_id = p.account_id AND l.motion = p.motion AND l.product = p.product
    WHERE l.closed_on IS NULL OR NOT l.is_closed_by_people OR (p.said_at::DATE > l.shown_until AND (
        p.motion NOT IN ('offer', 'return')
        OR l.closed_on + getvariable('cool_down_days') <= getvariable('as_of')
        OR NOT EXISTS (FROM prospects e WHERE e.account_id = p.account_id AND e.motion = p.motion AND e.product = p.product
            AND e.signal = p.signal AND e.subtype = p.subtype AND e.said_at::DATE <= l.shown_until)))
)
SELECT coalesce(living_id, 'L-' || substr(sha256(concat_ws('|', account_id, motion, product, sequence)), 1, 12)) AS lead_id,
    * EXCLUDE (living_id)
FROM kept
ORDER BY lead_id, said_at, probability, source DESC, ticket_id DESC, signal DESC, message_id DESC
