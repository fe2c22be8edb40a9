-- As before; and with a task stop the clocks of what lies beside it: the confirmation that waits for whoever presided.
CREATE OR REPLACE FUNCTION workflow_stop_clocks(on_case bigint, on_task bigint, holder bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE escalation_deadline d
    SET state = 'suspended', suspended_at = coalesce(d.suspended_at, app_now()), held_by_id = holder
    WHERE d.case_id = on_case
      AND (on_task IS NULL OR d.task = on_task
           OR d.task IN (SELECT p.id FROM workflows_casetask p WHERE p.host_id = on_task))
      AND (d.state = 'armed' OR d.state = 'suspended' AND holder IS NOT NULL AND d.held_by_id IS NULL);
  UPDATE workflows_casetask t SET target = NULL, due_at = NULL
    FROM escalation_deadline d
    WHERE d.case_id = on_case AND d.state = 'suspended' AND t.case_id = on_case AND t.finished IS NULL
      AND (d.effect = 'term' AND t.id = d.task OR d.effect = 'round' AND t.host_id = d.task AND t.part = 'vote');
END $$;
