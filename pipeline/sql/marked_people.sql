-- marked_people: one row a person who is never pitched, on a list or by their own words. Reads marked, facts, messages.
-- Variables: last_heard_at. Who says that they do not want to be contacted has opted out, from the night on which they say it;
-- for how many they spoke, account_states asks.
SELECT source, contact_id, bool_or(mark = 'opted_out') AS is_opted_out, bool_or(mark = 'vulnerable') AS is_vulnerable
FROM (
    SELECT source, contact_id, mark FROM marked WHERE contact_id <> ''
    UNION ALL
    SELECT m.source, m.author_id, 'opted_out'
    FROM facts f JOIN messages m ON m.source = f.source AND m.message_id = f.message_id
    WHERE f.fact = 'opt_out' AND m.author_id IS NOT NULL AND m.said_at <= getvariable('last_heard_at')
)
GROUP BY source, contact_id
ORDER BY source, contact_id
