-- crm_contacts: one row a contact that tonight's tasks and notes speak of, by pseudonym.
-- Reads crm_tasks, crm_notes.
SELECT contact_id, min(domain) AS domain
FROM (SELECT contact_id, domain FROM crm_tasks UNION ALL SELECT contact_id, domain FROM crm_notes)
WHERE contact_id IS NOT NULL
GROUP BY contact_id
ORDER BY contact_id
