-- shown_teams: one row a team and the name that figures about it stand under. Reads ticket_states, messages.
-- Variables: period_start, period_end.
-- Figures of a team in which fewer than three agents answered are figures of a person. Such teams stand together as
-- `small teams`; where even these are fewer than three agents, shown_as is NULL and they are in no row by team.
-- Agents are counted here and go no further.
WITH answered AS (
    SELECT DISTINCT coalesce(t.team, '') AS team, m.author_id
    FROM ticket_states t JOIN messages m ON m.source = t.source AND m.ticket_id = t.ticket_id
    WHERE m.role = 'agent' AND m.is_public AND m.author_id IS NOT NULL
        AND m.said_at >= getvariable('period_start') AND m.said_at < getvariable('period_end')
), sized AS (
    SELECT t.team, count(a.author_id) >= 3 AS is_large
    FROM (SELECT DISTINCT coalesce(team, '') AS team FROM ticket_states) t LEFT JOIN answered a USING (team) GROUP BY t.team
), pool AS (
    SELECT count(DISTINCT author_id) >= 3 AS is_large FROM answered JOIN sized USING (team) WHERE NOT sized.is_large
)
SELECT s.team, CASE WHEN s.is_large THEN CASE WHEN s.team = '' THEN 'no team' ELSE s.team END
    WHEN pool.is_large THEN 'small teams' END AS shown_as
FROM sized s CROSS JOIN pool
ORDER BY s.team
