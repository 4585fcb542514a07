-- digest_leads: one row a lead of tonight's lists, and of the open ones those that were on a day's list before or that
-- somebody accepted: what is told and what the CRM gets. Reads open_leads.
-- Of half a million open leads most are under their owner's cap and were on none: they stand in the open lists alone.
SELECT * EXCLUDE (was_listed)
FROM open_leads
WHERE place = 'listed' OR was_listed OR outcome = 'accepted'
ORDER BY list, place = 'listed' DESC, priority DESC, lead_id
