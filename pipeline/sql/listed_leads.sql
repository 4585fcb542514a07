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
), bound AS (
    SELECT lead_id, bool_or(kind <> 'known') AS is_held, bool_or(kind = 'known') AS is_known FROM holds GROUP BY lead_id
), placed AS (
    SELECT p.lead_id, p.account_id, p.motion,
        CASE WHEN p.motion = 'save' THEN 'saves' ELSE 'leads' END AS list,
        coalesce(CASE WHEN p.motion = 'save' THEN coalesce(a.cs_owner_email, u.cs_owner_email) END,
            a.owner_email, u.owner_email, 'unassigned') AS owner,
        v.priority,
        coalesce(h.is_held, false) AS is_held, coalesce(h.is_known, false) AS is_known,
        coalesce(p.put_away_until > getvariable('as_of'), false) AS is_put_away,
        coalesce(p.last_state IN ('held', 'put_away', 'withdrawn'), false) AS comes_back,
        coalesce(p.last_state = 'held', false) AS was_held,
        NOT p.was_listed AS is_unseen,
        coalesce(p.evidence_count > p.listed_evidence_count OR p.last_said_at > p.listed_said_at, false) AS has_new_evidence,
        coalesce(p.motion = 'save' AND a.arr >= (SELECT arr FROM tops), false) AS is_never_capped
    FROM lead_proposals p JOIN accounts a USING (account_id) JOIN lead_values v USING (lead_id)
        LEFT JOIN owners_above u USING (account_id) LEFT JOIN bound h USING (lead_id)
), newsworthy AS (
    SELECT lead_id, account_id, motion, list, owner, priority, is_known, is_never_capped, was_held, is_unseen,
        CASE WHEN is_held THEN 'held' WHEN is_put_away THEN 'put_away'
        WHEN is_unseen OR comes_back OR has_new_evidence THEN 'news' ELSE 'open' END AS stand
    FROM placed
), news AS (
    -- All pitches are on one list, so that one order of an account's news counts both its places and its pitches.
    SELECT lead_id, list, owner, priority, is_never_capped, motion IN ('offer', 'return') AS is_pitch,
        row_number() OVER best_first AS place_of_account,
        count(*) FILTER (motion IN ('offer', 'return')) OVER best_first AS pitches
    FROM newsworthy WHERE stand = 'news'
    WINDOW best_first AS (PARTITION BY account_id, list ORDER BY priority DESC, lead_id ROWS UNBOUNDED PRECEDING)
), within_account AS (
    -- Second pitches take no place of the account's.
    SELECT lead_id, list, owner, priority, is_never_capped FROM news
    WHERE is_never_capped
        OR (NOT (is_pitch AND pitches > 1) AND place_of_account - greatest(pitches - 1, 0) <= getvariable('cap_account'))
), listed AS (
    SELECT lead_id FROM within_account
    QUALIFY is_never_capped OR row_number() OVER (PARTITION BY list, owner, is_never_capped ORDER BY priority DESC, lead_id)
        <= CASE list WHEN 'saves' THEN getvariable('cap_saves') ELSE getvariable('cap_leads') END
)
SELECT n.lead_id, n.list, n.owner, n.is_known, n.is_never_capped,
    CASE WHEN n.stand <> 'news' THEN n.stand WHEN l.lead_id IS NOT NULL THEN 'listed' ELSE 'waiting' END AS place,
    CASE WHEN n.stand <> 'news' THEN n.stand
         WHEN n.is_known THEN 'known' WHEN n.was_held THEN 'released' WHEN n.is_unseen THEN 'new' ELSE 'updated' END AS status
FROM newsworthy n LEFT JOIN listed l USING (lead_id)
ORDER BY n.lead_id
