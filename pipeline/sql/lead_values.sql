-- lead_values: one row a proposed lead: what is at stake, how urgent, and the priority that orders the list.
-- Reads lead_proposals, accounts, signal_specs, resolved_dates. Variables: as_of, upgrade_share.
-- A quantity has a price only where it counts seats, and no more than twenty times those they have: "3000 points" do not.
-- All sums are DECIMAL: a parallel float sum differs from run to run.
WITH medians AS (
    SELECT region, plan, quantile_disc(arr, 0.5) AS arr FROM accounts WHERE arr IS NOT NULL GROUP BY region, plan
), overall AS (
    SELECT quantile_disc(arr, 0.5) AS arr FROM accounts WHERE arr IS NOT NULL
), placed AS (
    SELECT p.lead_id, p.motion, p.probability, p.said_at, p.quantity, p.customer_waits, p.last_said_at, p.needed_by_words,
        a.arr IS NULL AS value_unknown, a.seats, a.renewal_date,
        coalesce(a.arr, m.arr, o.arr, 0)::DECIMAL(18,2) AS revenue,
        sp.half_life, d.needed_by,
        a.arr IS NOT NULL AND a.seats > 0 AND p.counts_seats AND p.quantity BETWEEN 1 AND 20 * a.seats
            AND p.motion <> 'save' AS has_price
    FROM lead_proposals p
    JOIN accounts a USING (account_id)
    LEFT JOIN medians m ON m.region IS NOT DISTINCT FROM a.region AND m.plan IS NOT DISTINCT FROM a.plan
    CROSS JOIN overall o
    JOIN signal_specs sp ON sp.signal = p.signal
    LEFT JOIN resolved_dates d ON d.words = p.needed_by_words AND d.said_on = p.needed_by_said_at::DATE
), staked AS (
    SELECT *,
        CASE WHEN has_price THEN (quantity * (revenue / seats)::DECIMAL(18,2))::DECIMAL(18,2)
             WHEN motion = 'save' THEN revenue
             ELSE (revenue * getvariable('upgrade_share')::DECIMAL(9,4))::DECIMAL(18,2) END AS value_at_stake,
        CASE WHEN has_price THEN quantity || ' × ' || regexp_replace((revenue / seats)::DECIMAL(18,2)::VARCHAR, '\.?0+$', '')
             WHEN value_unknown AND motion = 'save' THEN 'all revenue, median of region and plan'
             WHEN motion = 'save' THEN 'all revenue'
             WHEN value_unknown THEN (getvariable('upgrade_share') * 100)::INTEGER || ' % of revenue, median of region and plan, assumed'
             ELSE (getvariable('upgrade_share') * 100)::INTEGER || ' % of revenue, assumed' END AS value_basis,
        coalesce(renewal_date BETWEEN getvariable('as_of') AND getvariable('as_of') + 60, false) AS renews_soon,
        greatest(date_diff('day', last_said_at::DATE, getvariable('as_of')), 0) AS age_days
    FROM placed
), weighed AS (
    SELECT *,
        least(2, 1 + CASE WHEN needed_by_words IS NOT NULL AND coalesce(needed_by >= getvariable('as_of'), true) THEN 0.5 ELSE 0 END
            + CASE WHEN renews_soon THEN 0.25 ELSE 0 END + CASE WHEN customer_waits THEN 0.25 ELSE 0 END)::DECIMAL(4,2) AS urgency,
        pow(0.5, age_days::DOUBLE / half_life)::DECIMAL(9,4) AS decay,
        (probability::DECIMAL(9,4) * value_at_stake)::DECIMAL(18,2) AS expected_value
    FROM staked
)
SELECT lead_id, value_unknown, renewal_date, renews_soon, needed_by, value_at_stake, value_basis, urgency, decay,
    expected_value, (expected_value * urgency * decay)::DECIMAL(18,2) AS priority, age_days
FROM weighed
ORDER BY lead_id
