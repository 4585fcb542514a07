-- night_profile: one row a bin of a measure of what came with the night, by source and, of scores, by model.
-- Reads tickets, ticket_origins, messages, scores, outcomes, labels, questions. Variables: as_of, came_since, reference_days.
-- A ticket came with the night that saw it first; what was opened before came_since is history that was read late.
-- Scores are those of tickets that a customer wrote in. reread: the same of the tickets of the days before, as the model
-- of tonight scores them, so that a new model can be held against the one before.
WITH seen AS MATERIALIZED (
    SELECT t.source, t.ticket_id, t.status, t.channel, t.requester_id,
        coalesce(o.first_seen_on, getvariable('as_of')) AS came_on
    FROM tickets t LEFT JOIN ticket_origins o USING (source, ticket_id)
    WHERE t.created_at >= getvariable('came_since') - to_days(getvariable('reference_days')::INTEGER)
        AND came_on BETWEEN getvariable('as_of') - getvariable('reference_days')::INTEGER AND getvariable('as_of')
        AND (came_on < getvariable('as_of') OR t.created_at >= getvariable('came_since'))
), came AS MATERIALIZED (
    SELECT * FROM seen WHERE came_on = getvariable('as_of')
), said AS MATERIALIZED (
    SELECT source, ticket_id, m.message_id, m.position, trim(m.text) AS text
    FROM messages m JOIN came c USING (source, ticket_id)
    WHERE m.role = 'customer' AND m.is_public
), opening AS (
    SELECT source, lower(left(arg_min(text, position), 300)) AS text FROM said GROUP BY source, ticket_id
), words AS (
    -- The commonest short words of seven languages: enough to see that another one came.
    SELECT source, length(text) < 20 AS is_short,
        len(regexp_extract_all(text, '\b(the|and|you|is|with|this|have|not)\b')) AS en,
        len(regexp_extract_all(text, '\b(der|die|und|ich|nicht|das|ist|wir)\b')) AS de,
        len(regexp_extract_all(text, '\b(les|vous|est|pas|nous|une|pour|je)\b')) AS fr,
        len(regexp_extract_all(text, '\b(los|una|por|con|para|el|mi|las)\b')) AS es,
        len(regexp_extract_all(text, '\b(het|een|niet|ik|wij|van|voor|dat)\b')) AS nl,
        len(regexp_extract_all(text, '\b(che|non|il|di|per|sono|della|mi)\b')) AS it,
        len(regexp_extract_all(text, '\b(que|os|uma|meu|para|com|eu|em)\b')) AS pt
    FROM opening
), scored AS (
    SELECT s.source, s.signal, s.model_id, s.probability, s.is_signal, c.came_on = getvariable('as_of') AS is_new
    FROM scores s JOIN seen c USING (source, ticket_id)
    WHERE s.message_id IS NOT NULL
), shares AS (
    SELECT source, signal, model_id, is_new, count(*) AS tickets, count(*) FILTER (is_signal) AS yes,
        count(*) FILTER (isnan(probability)) AS nan, count(DISTINCT probability) AS distinct_scores
    FROM scored GROUP BY ALL
), counted AS (
    SELECT source, 'volume' AS kind, 'tickets' AS measure, '' AS model_id, '' AS bin, count(*) AS count
    FROM came GROUP BY source
    UNION ALL SELECT source, 'volume', 'messages', '', '', count(*) FROM said GROUP BY source
    UNION ALL SELECT source, 'volume', 'customers', '', '', count(DISTINCT requester_id) FROM came GROUP BY source
    UNION ALL SELECT source, 'input', 'channel', '', coalesce(channel, ''), count(*) FROM came GROUP BY source, channel
    UNION ALL SELECT source, 'input', 'status', '', status, count(*) FROM came GROUP BY source, status
    UNION ALL
    SELECT source, 'input', 'length', '', (CASE WHEN text = '' THEN 0 ELSE 1 << floor(log2(length(text)))::INTEGER END)::VARCHAR AS size,
        count(*)
    FROM said GROUP BY source, size
    UNION ALL
    SELECT source, 'input', 'form', '',
        CASE WHEN text = '' THEN 'empty' WHEN regexp_matches(text, '<[a-zA-Z/][^<>]*>') THEN 'markup' ELSE 'plain' END AS form,
        count(*)
    FROM said GROUP BY source, form
    UNION ALL
    SELECT source, 'input', 'language', '',
        CASE WHEN is_short THEN 'short' ELSE
            CASE greatest(en, de, fr, es, nl, it, pt) WHEN 0 THEN 'other' WHEN en THEN 'en' WHEN de THEN 'de'
                WHEN fr THEN 'fr' WHEN es THEN 'es' WHEN nl THEN 'nl' WHEN it THEN 'it' ELSE 'pt' END END AS language,
        count(*)
    FROM words GROUP BY source, language
    UNION ALL
    SELECT source, 'score', signal, model_id,
        greatest(-9, least(8, CASE WHEN probability <= 0 THEN -9 WHEN probability >= 1 THEN 8
            ELSE floor(ln(probability / (1 - probability))) END))::INTEGER::VARCHAR AS odds, count(*)
    FROM scored WHERE is_new AND NOT isnan(probability) GROUP BY source, signal, model_id, odds
    UNION ALL
    SELECT source, CASE WHEN is_new THEN 'share' ELSE 'reread' END, signal, model_id, unnest(['tickets', 'yes', 'nan', 'distinct']),
        unnest([tickets, yes, nan, distinct_scores])
    FROM shares
    UNION ALL
    SELECT '', 'label', signal, '', CASE WHEN decision THEN 'yes' ELSE 'no' END AS answer, count(*)
    FROM labels JOIN questions USING (example_id, signal)
    WHERE why = 'random' AND decided_on = getvariable('as_of') AND decision IS NOT NULL
    GROUP BY signal, answer
    UNION ALL
    SELECT '', 'label', 'not_a_signal', '', CASE WHEN outcome = 'not_a_signal' THEN 'yes' ELSE 'no' END AS answer, count(*)
    FROM outcomes
    WHERE read_on = getvariable('as_of')
        AND outcome IN ('not_a_signal', 'accepted', 'contacted', 'won', 'lost', 'saved', 'churned', 'already_known')
    GROUP BY answer
)
SELECT getvariable('as_of')::DATE AS as_of, * FROM counted
ORDER BY ALL
