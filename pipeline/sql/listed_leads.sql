-- listed_leads: one row a proposed lead and where it goes tonight.
-- Reads lead_proposals, lead_values, holds, accounts, account_families. Variables: as_of, cap_leads, cap_saves, cap_account.
-- place: held, put_away, listed (on the day's list), waiting (news, but under the cap), open (no news).
-- An account without an owner is looked after by the owner of the nearest account above it.
-- Of one account a day's list shows cap_account leads at most, and one pitch; what is over takes no place of its owner's.
-- is_never_capped: a save of the top decile of revenue, which also goes out as an alert.
-- A lead is news when it was never listed, was held, put away or withdrawn before, or has evidence that its last listing had not.
WITH tops AS (
    SELECT quantile_disc(arr, 0.9) AS arr FROM accounts WHERE arr IS NOT NULL
), owners_above AS (
    SELECT f.account_id, arg_min(a.owner_email, f.level) FILTER (a.owner_email IS NOT NULL) AS owner_email,
        arg_min(a.cs_owner_email, f.level) FILTER (a.cs_owner_email IS NOT NULL) AS cs_owner_email
    FROM account_families f JOIN accounts a ON a.account_id = f.ancestor_id GROUP BY f.account_id
), placed AS (
    SELECT p.lead_id, p.account_id, p.motion,
        CASE WHEN p.motion = 'save' THEN 'saves' ELSE 'leads' END AS list,
        coalesce(CASE WHEN p.motion = 'save' THEN coalesce(a.cs_owner_email, u.cs_owner_email) END,
            a.owner_email, u.owner_email, 'unassigned') AS owner,
        v.priority,
        EXISTS (FROM holds h WHERE h.lead_id = p.lead_id AND h.kind <> 'known') AS is_held,
        EXISTS (FROM holds h WHERE h.lead_id = p.lead_id AND h.kind = 'known') AS is_known,
        coalesce(p.put_away_until > getvariable('as_of'), false) AS is_put_away,
        coalesce(p.last_state IN ('held', 'put_away', 'withdrawn'), false) AS comes_back,
        coalesce(p.last_state = 'held', false) AS was_held,
        NOT p.was_listed AS is_unseen,
        coalesce(p.evidence_count > p.listed_evidence_count OR p.last_said_at > p.listed_said_at, false) AS has_new_evidence,
        coalesce(p.motion = 'save' AND a.arr >= (SELECT arr FROM tops), false) AS is_never_capped
    FROM lead_proposals p JOIN accounts a USING (account_id) JOIN lead_values v USING (lead_id)
        LEFT JOIN owners_above u USING (account_id)
), newsworthy AS (
    SELECT *, CASE WHEN is_held THEN 'held' WHEN is_put_away THEN 'put_away'
        WHEN is_unseen OR comes_back OR has_new_evidence THEN 'news' ELSE 'open' END AS stand
    FROM placed
), pitches AS (
    SELECT *, motion IN ('offer', 'return') AND row_number() OVER (
        PARTITION BY account_id, stand, motion IN ('offer', 'return') ORDER BY priority DESC, lead_id) > 1 AS is_second_pitch
    FROM newsworthy
), of_accounts AS (
    SELECT *, stand = 'news' AND NOT is_never_capped AND (is_second_pitch OR row_number() OVER (
        PARTITION BY list, account_id, stand, is_second_pitch ORDER BY priority DESC, lead_id) > getvariable('cap_account')) AS is_over
    FROM pitches
), ordered AS (
    SELECT *, row_number() OVER (PARTITION BY list, owner, stand, is_never_capped, is_over ORDER BY priority DESC, lead_id) AS place_of_owner
    FROM of_accounts
)
SELECT lead_id, list, owner, is_known, is_never_capped,
    CASE WHEN stand <> 'news' THEN stand
         WHEN is_over THEN 'waiting'
         WHEN is_never_capped OR place_of_owner <= CASE list WHEN 'saves' THEN getvariable('cap_saves') ELSE getvariable('cap_leads') END
         THEN 'listed' ELSE 'waiting' END AS place,
    CASE WHEN stand = 'held' THEN 'held' WHEN stand = 'put_away' THEN 'put_away' WHEN stand = 'open' THEN 'open'
         WHEN is_known THEN 'known' WHEN was_held THEN 'released' WHEN is_unseen THEN 'new' ELSE 'updated' END AS status
FROM ordered
ORDER BY lead_id
